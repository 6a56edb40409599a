import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { TestClient, V1Client } from '@ws-hub/testing';
import { Webhook } from 'standardwebhooks';
import { JWT_SECRET, signToken } from '../../../test/tokens.js';
import { startHubIn, type TestHub } from './start-hub.js';

const OTHER_SECRET = 'copper-meadow-17-falcon-bridge-moss';

describe('the server, by its variables,', () => {
  let hub: TestHub;
  afterEach(() => hub.app.close());

  async function start(env: Record<string, string>): Promise<void> {
    hub = await startHubIn({ AUTH: 'required', ...env });
  }

  const connect = (token?: string) =>
    TestClient.connect(token === undefined ? hub.url : `${hub.url}?access_token=${token}`);

  test('asks nobody who they are unless it is told to', async () => {
    hub = await startHubIn({});
    await connect('nonsense');
  });

  test.each<Record<string, string>>([
    { JWT_SECRET },
    { JWT_SECRET: OTHER_SECRET, JWT_SECRET_PREVIOUS: JWT_SECRET },
  ])('takes tokens of %j', async (env) => {
    await start(env);
    await connect(await signToken('alice'));
    await expect(connect()).rejects.toThrow('401');
  });

  test('takes no token of a secret that it does not know', async () => {
    await start({ JWT_SECRET: OTHER_SECRET });
    await expect(connect(await signToken('alice'))).rejects.toThrow('401');
  });

  test('gives clients without a token what ANONYMOUS_ALLOW says, and a bad token nothing', async () => {
    await start({ AUTH: 'optional', JWT_SECRET, ANONYMOUS_ALLOW: 'subscribe:main' });
    const anonymous = await connect();
    anonymous.send('may I?');
    expect((await anonymous.closed).code).toBe(4403);
    await expect(connect('nonsense')).rejects.toThrow('401');
  });

  test('takes no token that lives for longer than JWT_MAX_LIFETIME', async () => {
    await start({ JWT_SECRET, JWT_MAX_LIFETIME: '60000' });
    await connect(await signToken('alice', { lifeMs: 30_000 }));
    await expect(connect(await signToken('alice', { lifeMs: 120_000 }))).rejects.toThrow('401');
  });

  test('takes a token within JWT_CLOCK_TOLERANCE of its end', async () => {
    await start({ JWT_SECRET, JWT_CLOCK_TOLERANCE: '600000' });
    await connect(await signToken('alice', { lifeMs: -300_000 }));
  });

  test('ends a connection TOKEN_GRACE after its token', async () => {
    await start({ JWT_SECRET, TOKEN_GRACE: '0', JWT_CLOCK_TOLERANCE: '0' });
    const client = await V1Client.join(hub.url, { token: await signToken('alice', { lifeMs: 3_000 }) });
    expect((await client.closed).code).toBe(4410);
  });

  test('lets a user have MAX_CONNECTIONS_PER_USER', async () => {
    await start({ JWT_SECRET, MAX_CONNECTIONS_PER_USER: '1' });
    const token = await signToken('alice');
    await connect(token);
    await expect(connect(token)).rejects.toThrow('429');
    await connect(await signToken('bob'));
  });

  describe('with a webhook', () => {
    let server: Server;
    afterEach(() => {
      server.close();
    });

    test('asks it, signed by the secret of now and the one before', async () => {
      const asked: string[] = [];
      server = createServer(async (request, response) => {
        const body = Buffer.concat(await request.toArray()).toString();
        const headers = request.headers as Record<string, string>;
        for (const secret of [JWT_SECRET, OTHER_SECRET])
          new Webhook(Buffer.from(secret), { format: 'raw' }).verify(body, headers);
        const { token } = JSON.parse(body) as { token: string };
        asked.push(token);
        const isGood = token === 'sesame';
        response.writeHead(isGood ? 200 : 403, { 'Content-Type': 'application/json' });
        response.end(
          JSON.stringify(isGood ? { user: 'alice', hub: [{ match: '>', allow: ['subscribe'] }] } : {}),
        );
      });
      await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
      });
      await start({
        AUTH_WEBHOOK_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/judge`,
        AUTH_WEBHOOK_SECRET: JWT_SECRET,
        AUTH_WEBHOOK_SECRET_PREVIOUS: OTHER_SECRET,
      });
      expect((await V1Client.join(hub.url, { token: 'sesame' })).welcome.user).toBe('alice');
      await expect(connect('open')).rejects.toThrow('401');
      expect(asked).toEqual(['sesame', 'open']);
    });
  });
});
