import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Get, type INestApplication, UseGuards } from '@nestjs/common';
import { Clock } from '@ws-hub/hub';
import { HubGuard, HubLogger, HubModule } from '@ws-hub/nestjs';
import { Program, secretSigner } from '@ws-hub/testing';
import { startHubIn, type TestHub } from '../apps/server/test/start-hub.js';
import { lineOf } from '../libs/nestjs/src/nest-hub-logger.js';
import { createApp, listenOn, PLATFORMS } from '../libs/nestjs/test/nest/nest-app.js';
import { CONVERSATIONS, COOKIE, converse, ORIGIN, REQUESTS, request, tracesOf } from './token-logs/ways.js';

const SECRET = 'basalt-otter-19-linen-comet-yarrow-dim';
const [ISSUER, OTHERS] = [secretSigner(SECRET), secretSigner('harbor-quill-64-maple-thimble-dusk-ivy')];
const HUB = [{ match: 'main', allow: ['subscribe', 'publish'] }];
const NOW_S = Math.floor(Date.now() / 1_000);
const claims = (sub: string) => ({ sub, jti: `id-of-${sub}`, exp: NOW_S + 600, hub: HUB });

/** Valid and invalid tokens; no two have a part in common but the header. */
const TOKENS: Readonly<Record<string, () => Promise<string> | string>> = {
  good: () => ISSUER(claims('alice')),
  expired: () => ISSUER({ ...claims('bob'), exp: NOW_S - 600 }),
  'not of the issuer': () => OTHERS(claims('carol')),
  'with bad rights': () => ISSUER({ ...claims('dave'), hub: [{ match: 'a..b', allow: ['publish'] }] }),
  unsigned: () => `${Buffer.from('{"alg":"none"}').toString('base64url')}.eyJzdWIiOiJlcmluIn0.`,
  'no JWT': () => 'opaque-velvet-83-tunnel',
};

const ENV = { AUTH: 'required', AUTH_COOKIE: COOKIE, ALLOWED_ORIGINS: ORIGIN, JWT_SECRET: SECRET };

@Controller()
@UseGuards(HubGuard)
class WhoController {
  @Get('/who')
  who(): string {
    return 'somebody';
  }
}

/**
 * Sends every token in every way.
 *
 * @param next called before each
 * @returns the texts that no line may contain
 */
async function sendAll(port: number, next: () => void = () => undefined): Promise<string[]> {
  const traces: string[] = [];
  for (const make of Object.values(TOKENS)) {
    const token = await make();
    for (const way of Object.values(REQUESTS)) {
      next();
      await request(port, way(token));
    }
    for (const way of Object.values(CONVERSATIONS)) {
      next();
      await converse(`ws://127.0.0.1:${port}/ws`, way(token));
    }
    // An empty part is in every line.
    traces.push(...tracesOf(token).filter((trace) => trace.length > 4));
  }
  return traces;
}

/** Makes rate-limited lines appear each time: @returns what advances the clock by a minute */
function minutesOf(app: INestApplication): () => void {
  const clock = app.get(Clock, { strict: false });
  const monotonicMs = clock.monotonicMs.bind(clock);
  let passedMs = 0;
  clock.monotonicMs = () => monotonicMs() + passedMs;
  return () => {
    passedMs += 60_001;
  };
}

describe('no line has a token or a part of one', () => {
  describe('of the server at the level of trace', () => {
    let hub: Program;
    let log = '';
    beforeAll(() => {
      hub = Program.start(['server', '--port', '0', '--host', '127.0.0.1', '--metrics-port', '0'], {
        ...ENV,
        LOG_LEVEL: 'trace',
      });
      hub.process.stdout?.on('data', (chunk) => {
        log += chunk;
      });
    });
    afterAll(() => hub.kill());

    test('however it was sent', async () => {
      const { port } = await hub.event('listening');
      const traces = await sendAll(Number(port));
      hub.signal('SIGTERM');
      expect(await hub.exited).toMatchObject({ code: 0 });
      for (const event of ['access_granted', 'access_refused', 'handshake_refused'])
        expect([event, hub.count(event) > 0]).toEqual([event, true]);
      expect(linesWith(traces, (log + hub.stderr).split('\n'))).toEqual([]);
    });
  });

  describe('of the server, where no line is suppressed as a repetition', () => {
    let hub: TestHub;
    beforeAll(async () => {
      hub = await startHubIn(ENV, '--metrics-port', '0');
    });
    afterAll(() => hub.close());

    test('however it was sent', async () => {
      const lines: string[] = [];
      const logger = hub.app.get(HubLogger);
      for (const level of ['info', 'warn', 'error'] as const)
        logger[level] = (fields, message) => void lines.push(lineOf(fields, message));
      const traces = await sendAll(hub.port, minutesOf(hub.app));
      expectManyRefusals(lines);
      expect(linesWith(traces, lines)).toEqual([]);
    });
  });

  describe.each(PLATFORMS)('of an application with HubModule on %s', (_platform, adapter) => {
    let app: INestApplication;
    const lines: string[] = [];
    const write = (...words: unknown[]) => void lines.push(words.map(String).join(' '));
    const logger = { log: write, error: write, warn: write, debug: write, verbose: write, fatal: write };
    beforeAll(async () => {
      const options = { auth: 'required', authCookie: COOKIE, allowedOrigins: [ORIGIN] } as const;
      const hub = HubModule.forRoot({ ...options, jwtSecrets: [SECRET] });
      app = await createApp(adapter(), { imports: [hub], controllers: [WhoController] }, { logger });
    });
    afterAll(() => app.close());

    test('however it was sent', async () => {
      const traces = await sendAll(await listenOn(app), minutesOf(app));
      expectManyRefusals(lines);
      expect(linesWith(traces, lines)).toEqual([]);
    });
  });
});

/** Otherwise the test would prove nothing. */
function expectManyRefusals(lines: readonly string[]): void {
  const of = (message: string) => lines.filter((line) => line.startsWith(message)).length;
  expect(of('handshake refused')).toBeGreaterThan(Object.keys(REQUESTS).length);
  expect(of('access refused')).toBeGreaterThan(Object.keys(CONVERSATIONS).length);
}

function linesWith(traces: readonly string[], lines: readonly string[]): string[] {
  return lines.filter((line) => traces.some((trace) => line.includes(trace)));
}
