import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { KeyFile, RawSocket, secretSigner, TestClient } from '@ws-hub/testing';
import { HubModule } from '../src/hub.module.js';
import { HubService } from '../src/hub.service.js';
import { ApiKeys } from '../src/keys/api-keys.js';
import { createApp, listenOn } from './nest/nest-app.js';

const SECRET = 'oak-lamp-river-violin-quartz-72-moss';
const JSON_TYPE = 'application/json';
const MESSAGES = 'channels/main/messages';

function tokenOf(user: string, action: string): Promise<string> {
  const exp = Math.ceil(Date.now() / 1_000) + 60;
  return secretSigner(SECRET)({ sub: user, exp, hub: [{ match: '>', allow: [action] }] });
}

describe('a request whose body arrives slowly', () => {
  const keys = new KeyFile();
  let app: INestApplication;
  let port: number;

  beforeAll(async () => {
    const options = { apiKeysFile: keys.path, auth: 'required', jwtSecrets: [SECRET], http: true } as const;
    // The hub reads bodies itself, after it has judged the headers.
    app = await createApp(
      new ExpressAdapter(),
      { imports: [HubModule.forRoot(options)] },
      { bodyParser: false },
    );
    port = await listenOn(app);
  });
  afterAll(() => app.close());

  /** Sends a body in two parts. @param meanwhile what happens after the headers were judged and before its last byte */
  async function post(
    path: string,
    credentials: string,
    type: string,
    body: string,
    meanwhile: () => unknown,
  ) {
    const socket = await RawSocket.connect(port);
    const lines = [
      `POST /v1/${path} HTTP/1.1\r\nHost: hub\r\nExpect: 100-continue\r\nConnection: close`,
      `Authorization: Bearer ${credentials}\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}`,
    ];
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    await socket.readUntil('100 Continue\r\n\r\n');
    socket.write(body.slice(0, -1));
    await meanwhile();
    socket.write(body.slice(-1));
    const [, status] = /^HTTP\/1\.1 (\d+)/.exec((await socket.readToEnd()).toString()) ?? [];
    return Number(status);
  }

  const history = async (key: string): Promise<unknown> =>
    (await fetch(`http://127.0.0.1:${port}/v1/${MESSAGES}`, { headers: { 'X-API-Key': key } })).json();

  test.each([
    ['a message', MESSAGES, 'text/plain', 'hello'],
    ['a batch', 'messages', JSON_TYPE, '[{"channel":"main","content":"hello"}]'],
    ['a disconnect', 'disconnect', JSON_TYPE, '{"client_id":"CLIENT"}'],
    ['a revocation', 'revocations', JSON_TYPE, '{"user":"alice"}'],
  ])('does nothing when its API key is gone by then: %s', async (_what, path, type, template) => {
    const reader = keys.add('reader', 'history:>');
    const lost = keys.add('lost', 'publish:>, admin:>');
    await app.get(ApiKeys, { strict: false }).look();
    const token = await tokenOf('alice', 'subscribe');
    const alice = await TestClient.connect(`ws://127.0.0.1:${port}/ws`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    const before = await history(reader);
    const status = await post(path, lost, type, template.replace('CLIENT', alice.clientId), () => {
      keys.remove(lost);
      return app.get(ApiKeys, { strict: false }).look();
    });
    expect(status).toBe(401);
    expect(await history(reader)).toEqual(before);
    expect(app.get(HubService, { strict: false }).connections().count).toBe(1);
    await alice.close();
  });

  test('publishes nothing when its token is revoked by then', async () => {
    const token = await tokenOf('bob', 'publish');
    const hub = app.get(HubService, { strict: false });
    expect(await post(MESSAGES, token, 'text/plain', 'hello', () => undefined)).toBe(200);
    expect(await post(MESSAGES, token, 'text/plain', 'hello', () => hub.revoke({ user: 'bob' }))).toBe(401);
  });
});
