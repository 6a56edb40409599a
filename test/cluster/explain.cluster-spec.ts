import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readConfig } from '@ws-hub/config';
import type { Explanation } from '@ws-hub/console-api';
import { NatsServer, V1Client } from '@ws-hub/testing';
import type { ConsoleView } from '../../apps/server/src/admin/console-route.js';
import { ExplainView } from '../../apps/server/src/admin/views/explain.view.js';
import { bootstrap } from '../../apps/server/src/bootstrap.js';
import { serverCommand } from '../../apps/server/src/config/server.config.js';
import { describeWithNats } from '../nats.js';

describeWithNats('hubs that share a log', () => {
  let nats: NatsServer;
  const apps: NestFastifyApplication[] = [];
  beforeEach(async () => {
    nats = await NatsServer.start();
  });
  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.close()));
    await nats.end();
  });

  /** @returns its URL */
  async function startHub(explainMaxBytes: number): Promise<string> {
    const argv = ['--log-level', 'silent', '--metrics-port', '0'];
    const env = {
      NATS_URL: nats.url,
      HUB_SECRET: 'the secret that all hubs of a cluster share',
      EXPLAIN_MAX_BYTES: String(explainMaxBytes),
    };
    const app = await bootstrap(readConfig(serverCommand, { argv, env, dotenv: {} }));
    apps.push(app);
    await app.listen(0, '127.0.0.1');
    return `${(await app.getUrl()).replace('http', 'ws')}/ws`;
  }

  async function explain(app: NestFastifyApplication, query: object): Promise<Explanation> {
    const { routes }: ConsoleView = app.get(ExplainView);
    return (await routes[0]?.answer({ query, body: undefined, id: '' })) as Explanation;
  }

  test('explain a message together, whichever of them is asked', async () => {
    const one = await startHub(1_048_576);
    const two = await startHub(1_048_576);
    await startHub(0);
    const alice = await V1Client.join(one);
    const bob = await V1Client.join(two);
    alice.publish('k1', 'hello');
    const { id } = await bob.next('message');
    for (const asked of apps.slice(0, 2)) {
      const { clients, hubs, notes } = await explain(asked, { message: id });
      expect(clients.map(({ clientId, fate }) => [clientId, fate])).toEqual([
        [alice.welcome.client_id, 'sent_by_it'],
        [bob.welcome.client_id, 'delivered'],
      ]);
      expect(new Set(clients.map(({ hub }) => hub)).size).toBe(2);
      expect(new Set(hubs).size).toBe(3);
      expect(notes.join()).toContain('EXPLAIN_MAX_BYTES is 0');
    }
  });
});
