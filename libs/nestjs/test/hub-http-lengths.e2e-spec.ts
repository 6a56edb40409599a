import { once } from 'node:events';
import { type ClientHttp2Session, connect, type OutgoingHttpHeaders } from 'node:http2';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { KeyFile } from '@ws-hub/testing';
import { HubModule } from '../src/hub.module.js';
import { type Adapter, createApp, listenOn, PLATFORMS } from './nest/nest-app.js';

const JSON_TYPE = 'application/json';
const MESSAGES = '/v1/channels/main/messages';
/** Bytes per second: a body of these tests is charged for many seconds. */
const LIMITS = { maxByteRate: 100, maxHttpBody: 10_000 };
const content = 'x'.repeat(5_000);
const publish = JSON.stringify({ content });
const batch = JSON.stringify([{ channel: 'main', content }]);
const tooLong = JSON.stringify({ content: '', more: 'x'.repeat(10_000) });

const keys = new KeyFile();
const key = keys.add('backend', 'publish:>');

let app: INestApplication;
afterEach(() => app.close());

async function start(adapter: Adapter): Promise<number> {
  const options = { ...LIMITS, apiKeysFile: keys.path, http: true };
  app = await createApp(adapter, { imports: [HubModule.forRoot(options)] });
  return listenOn(app);
}

describe.each(PLATFORMS)('a body without a length header, on %s', (_name, adapter) => {
  /** Chunked, like bodies of unknown length. */
  async function post(port: number, path: string, body: string): Promise<number> {
    const headers = { 'Content-Type': JSON_TYPE, 'X-API-Key': key };
    const init = { method: 'POST', headers, body: new Blob([body]).stream(), duplex: 'half' } as const;
    return (await fetch(`http://127.0.0.1:${port}${path}`, init)).status;
  }

  test.each([
    ['a message', MESSAGES, publish],
    ['a batch', '/v1/messages', batch],
  ])('counts against the rate of bytes when a parser has read it: %s', async (_what, path, body) => {
    const port = await start(adapter());
    expect(await post(port, path, body)).toBe(200);
    expect(await post(port, path, body)).toBe(429);
  });

  test('is at most MAX_HTTP_BODY when a parser has read it', async () => {
    expect(await post(await start(adapter()), MESSAGES, tooLong)).toBe(413);
  });
});

describe('a body of HTTP/2, which needs no length,', () => {
  let session: ClientHttp2Session;
  afterEach(() => session.close());

  async function post(type: string, body: string, more: OutgoingHttpHeaders = {}): Promise<number> {
    const headers = { ':path': MESSAGES, ':method': 'POST', 'x-api-key': key, 'content-type': type };
    const stream = session.request({ ...headers, ...more }).resume();
    stream.end(body);
    const [answer] = await once(stream, 'response');
    return Number(answer[':status']);
  }

  async function startHttp2(): Promise<void> {
    const port = await start(new FastifyAdapter({ http2: true } as object));
    session = connect(`http://127.0.0.1:${port}`);
  }

  test('counts against the rate of bytes', async () => {
    await startHttp2();
    expect(await post('text/plain', '')).toBe(200);
    expect(await post('text/plain', content)).toBe(200);
    expect(await post('text/plain', '')).toBe(429);
  });

  test('passes the same gate as any other: at most MAX_HTTP_BODY of it is read', async () => {
    await startHttp2();
    expect(await post(JSON_TYPE, tooLong)).toBe(413);
    expect(await post(JSON_TYPE, publish, { 'content-encoding': 'gzip' })).toBe(415);
  });
});
