import { Agent, request as httpRequest, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { HubMetrics, HubService } from '@ws-hub/nestjs';
import { KeyFile, RawSocket, V1Client } from '@ws-hub/testing';
import { JWT_SECRET, signToken } from '../../../test/tokens.js';
import { startHub, startHubIn, type TestHub } from './start-hub.js';

const MESSAGES = '/v1/channels/main/messages';
const MIB = 1024 * 1024;
/** Tests are on the loopback, which has no limits by default. */
const LIMITS_FOR_ALL = ['--unlimited-networks', 'none'];

const keys = new KeyFile();
const key = keys.add('backend', 'publish:>, history:>');
const badKey = `${key.slice(0, -2)}__`;
const withKeys = (...flags: string[]) => startHub('--api-keys-file', keys.path, ...flags);

/** A request as bytes; what is undefined is left out. */
function head(line: string, headers: Readonly<Record<string, string | number | undefined>> = {}): string {
  const all = { Host: 'hub', 'X-API-Key': key, 'Content-Type': 'text/plain', ...headers };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  );
  return [`${line} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}

function batch(headers: Readonly<Record<string, string | number | undefined>>): string {
  return head('POST /v1/messages', { 'Content-Type': 'application/json', ...headers });
}

function post(headers: Readonly<Record<string, string | number | undefined>>): string {
  return head(`POST ${MESSAGES}`, headers);
}

/** The answer on a socket of its own, of which the server ends with `Connection: close` what it does not want to read. */
async function answerTo(hub: TestHub, bytes: string | Uint8Array): Promise<string> {
  const socket = await RawSocket.connect(hub.port);
  socket.write(bytes);
  const isHead = bytes.toString().startsWith('HEAD ');
  const answer = await (isHead ? socket.readHead() : readAnswer(socket));
  socket.destroy();
  return answer;
}

async function readAnswer(socket: RawSocket): Promise<string> {
  const headers = await socket.readHead();
  if (/^transfer-encoding/im.test(headers)) return `${headers}${await socket.readUntil('0\r\n\r\n')}`;
  const [, length = '0'] = /^content-length: (\d+)/im.exec(headers) ?? [];
  return `${headers}${(await socket.read(Number(length))).toString()}`;
}

async function refusals(hub: TestHub, reason: string): Promise<number> {
  const { values } = await hub.app.get(HubMetrics).refusals.get();
  return values.find(({ labels }) => labels.reason === reason)?.value ?? 0;
}

describe('the server without keys and tokens', () => {
  test('has nothing below /v1, and reads no body there', async () => {
    const hub = await startHub();
    expect(await answerTo(hub, post({ 'Content-Length': 100 }))).toMatch(/^HTTP\/1\.1 400 .*requests here/s);
    expect((await fetch(`http://127.0.0.1:${hub.port}/v1/info`)).status).toBe(404);
    await hub.close();
  });
});

describe('HTTP on the server', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await withKeys('--max-http-body', '4096');
  });
  afterAll(() => hub.close());

  const json = { 'Content-Type': 'application/json' };
  const deep = '['.repeat(9) + ']'.repeat(9);

  test.each<[string, number, string | Buffer]>([
    ['a bad key, before its body comes', 401, post({ 'X-API-Key': badKey, 'Content-Length': 100 })],
    ['a body that is too long, before it comes', 413, post({ 'Content-Length': 4_097 })],
    [
      'a body without a length that is too long',
      413,
      `${post({ 'Transfer-Encoding': 'chunked' })}1001\r\n${'x'.repeat(0x1001)}\r\n`,
    ],
    [
      'a body of another type, before it comes',
      415,
      post({ 'Content-Type': 'image/png', 'Content-Length': 100 }),
    ],
    ['a body of no type', 415, post({ 'Content-Type': undefined, 'Content-Length': 100 })],
    ['a length that is no number of bytes', 400, post({ 'Content-Length': '1e3' })],
    ['a request without a Host', 400, post({ Host: undefined, 'Content-Length': 1 })],
    ['an expectation that nobody has heard of', 417, post({ Expect: 'something', 'Content-Length': 100 })],
    [
      'bytes that are not UTF-8',
      400,
      Buffer.concat([Buffer.from(post({ 'Content-Length': 2 })), Buffer.from([0xc3, 0x28])]),
    ],
    ['deep JSON', 400, `${post({ ...json, 'Content-Length': deep.length })}${deep}`],
    ['no JSON', 400, `${post({ ...json, 'Content-Length': 1 })}{`],
    ['a path that is not there', 404, head('GET /v1/nowhere')],
    ['a path below which something is', 404, head('GET /v1')],
    ['a path that is not well encoded', 400, head('GET /v1/channels/%zz/messages')],
    ['a channel that is too long', 400, head(`GET /v1/channels/${'x'.repeat(101)}/messages`)],
    [
      'a method that is not there, before its body comes',
      405,
      head(`PUT ${MESSAGES}`, { 'Content-Length': 100 }),
    ],
    ['a HEAD, which could be one for a stream', 405, head('HEAD /v1/info')],
    ['a body where there is none', 400, head(`GET ${MESSAGES}`, { 'Content-Length': 10 })],
  ])('%s is a problem: %i', async (what, status, bytes) => {
    const answer = await answerTo(hub, bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    // What Node cannot read as a request at all is for nobody.
    if (what !== 'a length that is no number of bytes')
      expect(answer).toMatch(/content-type: application\/problem\+json/i);
  });

  test('ends the connection of a client whose body it has not read, and of no other', async () => {
    expect(await answerTo(hub, post({ 'X-API-Key': badKey, 'Content-Length': 100 }))).toMatch(
      /connection: close/i,
    );
    const socket = await RawSocket.connect(hub.port);
    for (const bytes of [
      head('GET /v1/nowhere'),
      `${post({ ...json, 'Content-Length': 1 })}{`,
      head('GET /v1/info'),
    ]) {
      socket.write(bytes);
      expect(await readAnswer(socket)).toMatch(/connection: keep-alive/i);
    }
    socket.destroy();
  });

  test.each([
    ['unauthorized', post({ 'X-API-Key': badKey, 'Content-Length': 100 })],
    ['body_size', post({ 'Content-Length': 4_097 })],
  ])('counts whom it keeps out: %s', async (reason, bytes) => {
    const before = await refusals(hub, reason);
    await answerTo(hub, bytes);
    expect(await refusals(hub, reason)).toBe(before + 1);
  });

  test('asks for a body that waits to be asked for, when its sender is let in', async () => {
    const socket = await RawSocket.connect(hub.port);
    socket.write(post({ Expect: '100-continue', 'Content-Length': 2 }));
    expect(await socket.readHead()).toMatch(/^HTTP\/1\.1 100 /);
    socket.write('ok');
    expect(await readAnswer(socket)).toMatch(/^HTTP\/1\.1 200 .*"duplicate":false/s);
    socket.destroy();
    const refused = post({ Expect: '100-continue', 'X-API-Key': badKey, 'Content-Length': 2 });
    expect(await answerTo(hub, refused)).toMatch(/^HTTP\/1\.1 401 /);
  });

  test('ends a client that sends a request before it has its answer', async () => {
    const socket = await RawSocket.connect(hub.port);
    const message = `${post({ 'Content-Length': 2 })}ok`;
    socket.write(message.repeat(1_000));
    expect((await socket.readToEnd()).toString().match(/HTTP\/1\.1/g) ?? []).toHaveLength(0);
    expect(await refusals(hub, 'pipelined')).toBe(1);
  });

  test('does nothing for a request behind one after whose answer the connection ends', async () => {
    const socket = await RawSocket.connect(hub.port);
    const refused = `${post({ 'X-API-Key': badKey, 'Content-Length': 1 })}x`;
    socket.write(`${refused}${post({ 'Content-Length': 6 })}behind`);
    expect(await readAnswer(socket)).toMatch(/^HTTP\/1\.1 401 .*connection: close/is);
    socket.destroy();
    expect(await answerTo(hub, head(`GET ${MESSAGES}`))).not.toContain('behind');
  });

  test('serves a backend that sends more requests than one socket may have, one after the other', async () => {
    const server = hub.app.getHttpServer() as Server;
    server.maxRequestsPerSocket = 20;
    const alice = await V1Client.join(hub.url, { channels: ['many'] });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const statuses = await Promise.all(
      Array.from({ length: 50 }, (_, n) => publish(agent, hub.port, 'many', String(n))),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
    const heard = (await alice.take(50)).map((message) => 'content' in message && message.content);
    expect(heard).toEqual(statuses.map((_, n) => String(n)));
    agent.destroy();
    await alice.close();
  });
});

function publish(agent: Agent, port: number, channel: string, content: string): Promise<number | undefined> {
  const headers = { 'X-API-Key': key, 'Content-Type': 'text/plain' };
  const path = `/v1/channels/${channel}/messages`;
  return new Promise((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port, path, method: 'POST', agent, headers }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode));
    })
      .on('error', reject)
      .end(content);
  });
}

describe('HTTP on the server, by its variables,', () => {
  let hub: TestHub;
  afterEach(() => hub.close());

  test('answers 408 to a body that does not come', async () => {
    hub = await withKeys('--headers-timeout', '200', '--request-timeout', '200');
    const answer = await answerTo(hub, `${post({ 'Content-Length': 100 })}half of`);
    expect(answer).toMatch(/^HTTP\/1\.1 408 .*application\/problem\+json/s);
    expect(await refusals(hub, 'timeout')).toBe(1);
  });

  test('answers 429 to addresses that guess keys, and those with good ones continue', async () => {
    hub = await withKeys('--max-http-rate-per-ip', '3', '--trusted-proxies', '127.0.0.1', ...LIMITS_FOR_ALL);
    const say = (guess: string, address: string) =>
      answerTo(hub, `${post({ 'X-API-Key': guess, 'X-Forwarded-For': address, 'Content-Length': 1 })}x`);
    for (let n = 0; n < 20; n++) expect(await say(key, '1.2.3.4')).toMatch(/^HTTP\/1\.1 200 /);
    const guesses = await Promise.all(Array.from({ length: 20 }, () => say(badKey, '1.2.3.4')));
    const refused = guesses.filter((answer) => answer.startsWith('HTTP/1.1 429 '));
    expect(refused.length).toBeGreaterThan(0);
    for (const answer of refused) expect(answer).toMatch(/problem\+json.*retry-after: 5/is);
    expect(await refusals(hub, 'unauthorized')).toBe(20 - refused.length);
    expect(await refusals(hub, 'http_rate')).toBe(refused.length);
    expect(await say(key, '1.2.3.5')).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('bounds the bodies that are under way, of one caller and of all', async () => {
    hub = await withKeys('--max-http-body', String(16 * MIB));
    const first = await RawSocket.connect(hub.port);
    first.write(batch({ Expect: '100-continue', 'Content-Length': 16 * MIB }));
    expect(await first.readHead()).toMatch(/^HTTP\/1\.1 100 /);
    expect(await answerTo(hub, batch({ 'Transfer-Encoding': 'chunked' }))).toMatch(
      /^HTTP\/1\.1 503 .*retry-after: 1/is,
    );
    expect(await refusals(hub, 'bodies')).toBe(1);
    first.destroy();
    const list = '[{"channel":"main","content":"x"}]';
    const chunk = `${list.length.toString(16)}\r\n${list}\r\n0\r\n\r\n`;
    const small = `${batch({ 'Transfer-Encoding': 'chunked' })}${chunk}`;
    let answer = '';
    while (!answer.startsWith('HTTP/1.1 200 ')) answer = await answerTo(hub, small);
  });

  test('answers 429 to a caller that publishes or asks too much, and lets a batch in as a whole', async () => {
    hub = await withKeys('--max-message-rate', '20', '--max-request-rate', '3');
    const message = `${post({ 'Content-Length': 1 })}x`;
    const batch = JSON.stringify(new Array(50).fill({ channel: 'main', content: 'x' }));
    const length = { 'Content-Type': 'application/json', 'Content-Length': batch.length };
    expect(await answerTo(hub, `${head('POST /v1/messages', length)}${batch}`)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await answerTo(hub, message)).toMatch(/^HTTP\/1\.1 429 .*retry-after: [12]\r/is);
    const asked = await Promise.all(Array.from({ length: 10 }, () => answerTo(hub, head(`GET ${MESSAGES}`))));
    expect(asked.filter((answer) => answer.startsWith('HTTP/1.1 429 ')).length).toBeGreaterThan(0);
  });

  test('reads no large body that can be no message, or of a client that is over its rate', async () => {
    hub = await withKeys('--max-byte-rate', '100000');
    expect(await answerTo(hub, post({ 'Content-Length': 65_537 }))).toMatch(/^HTTP\/1\.1 413 /);
    const items = Array.from({ length: 20 }, () => ({ channel: 'main', content: 'x'.repeat(10_000) }));
    const body = JSON.stringify(items);
    const announced = batch({ 'Content-Length': body.length });
    expect(await answerTo(hub, announced + body)).toMatch(/^HTTP\/1\.1 200 /);
    // Nothing of the body is sent.
    expect(await answerTo(hub, announced)).toMatch(/^HTTP\/1\.1 429 .*retry-after: /is);
  });

  test('lets a caller read two histories at a time', async () => {
    hub = await withKeys();
    const { door } = hub.app.get(HubService);
    const account = door.accountOf('key.backend');
    const free = [door.histories.take(account, true), door.histories.take(account, true)];
    expect(await answerTo(hub, head(`GET ${MESSAGES}`))).toMatch(/^HTTP\/1\.1 429 .*retry-after: 1/is);
    for (const giveBack of free) giveBack();
    for (let n = 0; n < 5; n++)
      expect(await answerTo(hub, head(`GET ${MESSAGES}`))).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('takes tokens of users, and keys beside them, and refuses nobody else', async () => {
    hub = await startHubIn({ AUTH: 'required', JWT_SECRET }, '--api-keys-file', keys.path);
    const say = (headers: Record<string, string>) =>
      answerTo(hub, `${post({ 'X-API-Key': undefined, ...headers, 'Content-Length': 1 })}x`);
    expect(await say({ Authorization: `Bearer ${await signToken('alice')}` })).toMatch(/^HTTP\/1\.1 200 /);
    expect(await say({ Authorization: `Bearer ${key}` })).toMatch(/^HTTP\/1\.1 200 /);
    expect(await say({})).toMatch(/^HTTP\/1\.1 401 .*www-authenticate: Bearer/is);
    expect(await say({ Authorization: 'Bearer nonsense' })).toMatch(/^HTTP\/1\.1 401 /);
  });

  test('lets pages of HTTP_CORS_ORIGINS send requests, with their cookies', async () => {
    const env = { AUTH: 'required', JWT_SECRET, AUTH_COOKIE: 'token', ALLOWED_ORIGINS: 'https://ws.example' };
    hub = await startHubIn(env, '--http-cors-origins', 'https://page.example');
    const cookie = `token=${await signToken('alice')}`;
    const say = (origin: string) =>
      answerTo(
        hub,
        `${post({ 'X-API-Key': undefined, Cookie: cookie, Origin: origin, 'Content-Length': 1 })}x`,
      );
    const answer = await say('https://page.example');
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toMatch(/access-control-allow-origin: https:\/\/page\.example/i);
    expect(answer).toMatch(/access-control-allow-credentials: true/i);
    expect(await say('https://ws.example')).toMatch(/^HTTP\/1\.1 403 /);
  });
});
