import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readConfig } from '@ws-hub/config';
import type {
  Channels,
  Clients,
  Events,
  Hubs,
  Overview,
  Setup,
  Slow,
  TokenVerdict,
} from '@ws-hub/console-api';
import { HubLogger } from '@ws-hub/nestjs';
import { bootstrap } from '../../bootstrap.js';
import { serverCommand } from '../../config/server.config.js';
import { CONSOLE_VIEWS, type ConsoleView } from '../console-route.js';

const ROUTES = [
  'GET /setup',
  'GET /overview',
  'GET /hubs',
  'GET /channels',
  'GET /clients',
  'POST /clients/disconnect',
  'GET /slow',
  'GET /events',
  'POST /tap',
  'GET /tap/:id',
  'DELETE /tap/:id',
  'POST /token',
  'GET /explain',
];
const SECRET = 'oak-lamp-river-violin-quartz-72-moss';

describe('the views of the server', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    const argv = ['--log-level', 'silent', '--admin-port', '1', '--auth', 'required', '--metrics-port', '0'];
    const env = { JWT_SECRETS: SECRET, JWT_SECRET: SECRET };
    app = await bootstrap(readConfig(serverCommand, { argv, env, dotenv: {} }));
    await app.init();
  });
  afterAll(() => app.close());

  const routes = () => app.get<ConsoleView[]>(CONSOLE_VIEWS).flatMap((view) => view.routes);

  async function ask<Answer>(what: string, body?: object): Promise<Answer> {
    const route = routes().find(({ method, path }) => `${method} ${path}` === what);
    if (route === undefined) throw new Error(`no route ${what}`);
    const query = route.query?.parse({}) ?? {};
    return (await route.answer({ query, body: route.body?.parse(body), id: '' })) as Answer;
  }

  test('are all there, and only one changes something for clients', () => {
    expect(routes().map(({ method, path }) => `${method} ${path}`)).toEqual(expect.arrayContaining(ROUTES));
    const changing = routes().filter(({ changesClients }) => changesClients === true);
    expect(changing.map(({ path }) => path)).toEqual(['/clients/disconnect']);
  });

  test('answer in a hub that nobody uses', async () => {
    const { hub, ...setup } = await ask<Setup>('GET /setup');
    expect(hub).toMatch(/^[0-9a-f]{8}$/);
    expect(setup).toMatchObject({ engine: 'memory', auth: 'required', isReadonly: true, hasHttp: true });
    const { hubs } = await ask<Hubs>('GET /hubs');
    expect(hubs).toEqual([expect.objectContaining({ hub, isThis: true, isReady: true, connections: 0 })]);
    expect(await ask<Overview>('GET /overview')).toMatchObject({ samples: [], isLogReady: true });
    expect(await ask<Channels>('GET /channels')).toMatchObject({ channels: [], total: 0 });
    expect(await ask<Clients>('GET /clients')).toMatchObject({ clients: [], total: 0, isCut: false });
    expect(await ask<Slow>('GET /slow')).toMatchObject({ waiting: [], evicted: [], evictedTotal: 0 });
  });

  test('know the lines of the log, also those that its level leaves out', async () => {
    app.get(HubLogger).warn({ event: 'heard' }, 'something was heard');
    const { events } = await ask<Events>('GET /events');
    expect(events.at(-1)).toMatchObject({ level: 'warn', event: 'heard', message: 'something was heard' });
  });

  test('judge a token as the hub does', async () => {
    const verdict = await ask<TokenVerdict>('POST /token', { token: 'a.b.c' });
    expect(verdict).toMatchObject({
      result: 'invalid',
      checks: [{ name: 'form', fault: expect.any(String) }],
    });
  });
});
