import { readConfig } from '@ws-hub/config';
import { serverCommand } from '../src/config/server.config.js';
import { type EngineEvents, JetStreamLog } from '../src/log/jetstream.log.js';
import type { Draft, Entry, Located, Outcome } from '../src/log/message-log.js';
import { formatPosition } from '../src/log/position.js';
import { type Clock, SystemClock } from '../src/time/clock.js';

const SECRET = 'a secret of more than thirty-two bytes';

/** The log of one hub, and what it told its listener and its operator. */
export interface Node {
  readonly log: JetStreamLog;
  readonly heard: Entry[];
  readonly told: { lost: number; skipped: number[]; failed: string[]; limits: Record<string, unknown> };
}

/** Logs on a NATS server, as hubs have them. */
export class Nodes {
  private readonly open: JetStreamLog[] = [];
  private streams = 0;

  constructor(private readonly nats: { readonly url: string }) {}

  /** A name for a stream that no other test uses. */
  newName(): string {
    return `test-${++this.streams}`;
  }

  /** A log on this stream; not started yet. */
  make(
    name: string,
    flags: readonly string[] = [],
    clock: Clock = new SystemClock(),
    env: Readonly<Record<string, string>> = {},
  ): Node {
    const config = readConfig(serverCommand, {
      argv: ['--nats-stream', name, '--nats-subject-prefix', name, ...flags],
      env: { NATS_URL: this.nats.url, HUB_SECRET: SECRET, ...env },
      dotenv: {},
    });
    const told: Node['told'] = { lost: 0, skipped: [], failed: [], limits: {} };
    const events: EngineEvents = {
      connected: () => undefined,
      lost: () => undefined,
      refused: () => undefined,
      otherLimits: (limits) => Object.assign(told.limits, limits),
      skipped: (sequence) => told.skipped.push(sequence),
    };
    const log = new JetStreamLog(config, clock, events);
    this.open.push(log);
    const heard: Entry[] = [];
    log.listen({
      entry: (entry) => heard.push(entry),
      lostPlace: () => told.lost++,
      pressure: () => undefined,
      failed: (what) => told.failed.push(what),
    });
    return { log, heard, told };
  }

  async start(name: string, ...flags: string[]): Promise<Node> {
    const node = this.make(name, flags);
    await node.log.start();
    return node;
  }

  /** The same with an environment, which is where secrets come from. */
  async startIn(env: Readonly<Record<string, string>>, name: string): Promise<Node> {
    const node = this.make(name, [], new SystemClock(), env);
    await node.log.start();
    return node;
  }

  /** Ends all logs that are open. */
  async end(): Promise<void> {
    await Promise.all(this.open.splice(0).map((log) => log.onApplicationShutdown()));
  }
}

export const draft = (content: string, key?: string, clientId = 'alice'): Draft => ({
  ...{ channel: 'main', clientId, key, timestamp: 1_795_000_000, content },
});

export const append = (log: JetStreamLog, ...args: Parameters<typeof draft>) =>
  new Promise<Outcome>((resolve) => log.append(draft(...args), resolve));

export const contents = (entries: readonly Entry[]) => entries.map(({ content }) => content);

export const locate = (log: JetStreamLog, sequence: number, epoch = log.epoch) =>
  new Promise<Located>((resolve) => log.locate(formatPosition(epoch, sequence), new Set(), resolve));

export const readOld = (log: JetStreamLog, after: number, max: number) =>
  new Promise<readonly Entry[] | undefined>((resolve) => log.readOld(after, max, resolve));
