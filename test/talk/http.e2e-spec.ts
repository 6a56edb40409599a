import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  CuttingProxy,
  freePort,
  HttpStub,
  type HubProgram,
  KeyFile,
  startHubProgram,
  V1Client,
} from '@ws-hub/testing';
import { Command } from './command.js';

const WELCOME = 'event: welcome\nid: p-0\ndata: {"client_id":"me","position":"p-0","recovered":true}\n\n';
const ERRORS = { title: 'No', type: 'about:blank' };

describe('over HTTP', () => {
  const keys = new KeyFile();
  let folder: string;
  let keyFile: string;
  let hub: HubProgram;
  let stub: HttpStub;
  const commands: Command[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ws-hub-http-'));
    keyFile = join(folder, 'key');
    await writeFile(keyFile, `${keys.add('tool', 'subscribe:>, publish:>, history:>')}\n`);
    hub = await startHubProgram('--api-keys-file', keys.path);
  });
  beforeEach(async () => {
    stub = await HttpStub.start();
  });
  afterEach(async () => {
    await Promise.all(commands.splice(0).map((command) => command.kill()));
    await stub.stop();
  });
  afterAll(async () => {
    await hub?.hub.kill();
    await rm(folder, { recursive: true });
  });

  function start(name: string, ...args: string[]): Command {
    const command = Command.start(name, ...args);
    commands.push(command);
    return command;
  }

  const send = (url: string, ...args: string[]) =>
    start('send', '--http', '--url', url, '--api-key-file', keyFile, ...args);
  const listen = (url: string, ...args: string[]) =>
    start('listen', '--sse', '--url', url, '--api-key-file', keyFile, ...args);

  describe('ws-hub send', () => {
    test('says its TEXT as one message, with its key', async () => {
      const listener = await V1Client.join(hub.url, { channels: ['a'] });
      const command = send(hub.url, '--channel', 'a', 'hello', 'world');
      expect(await command.exited).toBe(0);
      expect(await listener.next('message')).toMatchObject({ client_id: 'key.tool', content: 'hello world' });
      expect(command.stderr).toBe('');
    });

    test('says each line once and in order, however often it is cut off', async () => {
      const proxy = await CuttingProxy.before(hub.port);
      const listener = await V1Client.join(hub.url, { channels: ['b'] });
      const lines = Array.from({ length: 2_000 }, (_, n) => `line ${n}`);
      const command = send(`http://127.0.0.1:${proxy.port}`, '--channel', 'b');
      const heard: unknown[] = [];
      for (const part of [lines.slice(0, 900), lines.slice(900, 1_800), lines.slice(1_800)]) {
        command.write(`${part.join('\n')}\n`);
        while (heard.length < lines.indexOf(part[100] as string)) heard.push(await contentOf(listener));
        proxy.cut();
      }
      command.end();
      while (heard.length < lines.length) heard.push(await contentOf(listener));
      expect(heard).toEqual(lines);
      expect(await command.exited).toBe(0);
      await listener.expectNothing();
      await proxy.close();
    });

    test('--json prints acknowledgements, and knows what was stored under a key before', async () => {
      const command = send(hub.url, '--json');
      command.end('{"content":"x","key":"k1"}\n{"content":"x","key":"k1"}\n{"content":"y","channel":"c"}\n');
      expect(await command.exited).toBe(0);
      const acks = (await command.rest()).map((line) => JSON.parse(line));
      const { id } = acks[0];
      expect(acks).toEqual([
        { line: 1, key: 'k1', id, duplicate: false },
        { line: 2, key: 'k1', id, duplicate: true },
        { line: 3, id: expect.any(String), duplicate: false },
      ]);
    });

    test('sends up to 100 lines at once, again under the same keys, and by themselves what is too large together', async () => {
      const command = send(stub.url);
      command.end('x\n'.repeat(150));
      const first = await stub.next();
      const batch = first.body as object[];
      expect([first.line, batch.length]).toEqual(['POST /v1/messages', 100]);
      first.cut();
      expect(await command.told('not connected')).toMatch(/; retrying in 0\.\d s$/);
      const second = await stub.next();
      expect(second.body).toEqual(batch);
      second.problem(413, 'too much');
      for (let n = 0; n < 100; n++) {
        const single = await stub.next();
        expect(single.line).toBe('POST /v1/channels/main/messages');
        single.answer({ id: `p-${n}`, duplicate: false });
      }
      const rest = await stub.next();
      expect(rest.body).toHaveLength(50);
      rest.answer({ results: Array(50).fill({ id: 'p', duplicate: false }) });
      expect(await command.exited).toBe(0);
    });

    test('leaves out lines that the hub refuses, names them, and ends with 65', async () => {
      const command = send(stub.url);
      command.end('a\nb\nc\n');
      const request = await stub.next();
      const refused = { ...ERRORS, status: 403, detail: 'not \u001b yours', channels: ['main'] };
      request.answer({ results: [{ id: 'p', duplicate: false }, refused, { id: 'q', duplicate: false }] });
      expect(await command.exited).toBe(65);
      expect(command.stderr).toBe('ws-hub send: line 2: rejected by the hub: not \\u001b yours\n');
    });

    test('ends with 77 when the hub refuses the key, and with 69 where there is no HTTP', async () => {
      const unknown = send(stub.url, 'hello');
      (await stub.next()).problem(401, 'the API key is not known');
      expect(await unknown.exited).toBe(77);
      expect(unknown.stderr).toBe(
        'ws-hub send: not reconnecting: HTTP 401 A Title: the API key is not known\n' +
          'ws-hub send: not sent: TEXT\n',
      );
      const off = send(stub.url, 'hello');
      (await stub.next()).response.writeHead(400).end('requests here must not have a body');
      expect(await off.exited).toBe(69);
      expect(off.stderr).toContain(
        'HTTP 400; a hub serves HTTP only if it has API keys or requires tokens\n',
      );
    });

    test('ends with 75 after no answer for --timeout, and with 69 when no hub was there', async () => {
      const command = send(stub.url, '--timeout', '300', 'hello');
      const request = await stub.next();
      expect(await command.exited).toBe(75);
      expect(command.stderr).toBe(
        'ws-hub send: no acknowledgement for 300 ms\nws-hub send: sent, but not acknowledged: TEXT\n',
      );
      await request.closed();
      const nobody = send(`http://127.0.0.1:${await freePort()}`, '--timeout', '300', 'hello');
      expect(await nobody.exited).toBe(69);
      expect(nobody.stderr).toMatch(
        /no connection for 300 ms: .*ECONNREFUSED.*\nws-hub send: not sent: TEXT\n$/,
      );
    });

    test('waits at SIGINT for the answer to what it has sent', async () => {
      const command = send(stub.url);
      command.write('a\n');
      const request = await stub.next();
      command.signal('SIGINT');
      request.answer({ id: 'p', duplicate: false });
      expect(await command.exited).toBe(0);
      expect(command.stderr).toBe('');
    });
  });

  describe('ws-hub listen', () => {
    test('prints each message once and in order however often it is cut off, and tells of it', async () => {
      const proxy = await CuttingProxy.before(hub.port);
      const listener = listen(`ws://127.0.0.1:${proxy.port}/ws?channel=l`, '--json');
      expect(await listener.told('listening to')).toMatch(/^ws-hub listen: listening to l as \S+$/);
      const talker = await V1Client.join(hub.url);
      const contents = Array.from({ length: 30 }, (_, n) => `message ${n}`);
      for (const [n, content] of contents.entries()) {
        talker.publish(`k${n}`, content, 'l');
        await talker.next('ack');
        if (n % 10 !== 5) continue;
        proxy.cut();
        expect(await listener.told('not connected')).toMatch(/retrying in \d+\.\d s$/);
        await listener.told('reconnected');
      }
      expect((await listener.take(30)).map((line) => JSON.parse(line).content)).toEqual(contents);
      await proxy.close();
      listener.signal('SIGTERM');
      expect(await listener.exited).toBe(0);
      expect(listener.stderr).not.toContain('gap');
    });

    test('tells of gaps and of credentials that expired, and shows those that are in the file then', async () => {
      const file = join(folder, 'renewed');
      await writeFile(file, 'first');
      const listener = start('listen', '--sse', '--url', stub.url, '--token-file', file, '--count', '1');
      const request = await stub.next();
      expect(request.headers.authorization).toBe('Bearer first');
      request.stream(WELCOME);
      await listener.told('listening to main as me');
      await writeFile(file, 'second');
      request.stream('event: expired\ndata: {"code":4410,"reason":"credentials expired"}\n\n');
      await listener.told('not connected: closed with 4410 credentials expired; retrying in 0.0 s');
      const again = await stub.next();
      expect(again.headers).toMatchObject({ authorization: 'Bearer second', 'last-event-id': 'p-0' });
      again.stream(WELCOME.replace('true', 'false'));
      await listener.told('gap: messages were missed');
      again.stream(
        'data: {"type":"message","id":"p-1","channel":"main","client_id":"c","timestamp":1,"content":"a\\u001b"}\n\n',
      );
      expect(await listener.line()).toMatch(/ {2}c {2}main {2}a\\u001b$/);
      expect(await listener.exited).toBe(0);
      await again.closed();
    });

    test('continues without the channels that it may not subscribe to, and ends with 77 when none is left', async () => {
      const listener = listen(stub.url, '--channel', 'a,b');
      const refusal = (channel: string) => ({
        ...ERRORS,
        status: 403,
        detail: 'not yours',
        channels: [channel],
      });
      const first = await stub.next();
      first.stream(WELCOME);
      await listener.told('listening to a, b');
      first.cut();
      (await stub.next()).answer(refusal('a'), 403);
      await listener.told('not subscribed to a: not yours');
      const request = await stub.next();
      expect(request.headers['last-event-id']).toBe('p-0');
      expect(request.line).toBe('GET /v1/events?channel=b');
      request.answer(refusal('b'), 403);
      expect(await listener.exited).toBe(77);
      expect(listener.stderr).toMatch(/the credentials allow none of the channels\n$/);
    });

    test('ends with 77 when the hub refuses the key, and with 69 after --timeout', async () => {
      const unknown = listen(stub.url);
      (await stub.next()).problem(401, 'the API key is not known');
      expect(await unknown.exited).toBe(77);
      const late = listen(`http://127.0.0.1:${await freePort()}`, '--timeout', '300');
      expect(await late.exited).toBe(69);
      expect(late.stderr).toMatch(/no connection for 300 ms: .*ECONNREFUSED.*\n$/);
    });
  });

  test.each([
    [
      ['send', '--url', 'http://127.0.0.1:1'],
      '--url: http:// and https:// require --http; allowed: ws:// or wss://',
    ],
    [
      ['listen', '--url', 'http://127.0.0.1:1'],
      '--url: http:// and https:// require --sse; allowed: ws:// or wss://',
    ],
    [
      ['send', '--api-key-file', 'x'],
      'API_KEY_FILE (--api-key-file): an API key requires --http; allowed: TOKEN_FILE',
    ],
    [
      ['send', '--http', '--api-key-file', '/nowhere'],
      'API_KEY_FILE (--api-key-file): "/nowhere" cannot be read (ENOENT)',
    ],
    [['send', '--http', '--api-key-file', 'x', '--token-file', 'x'], 'both are set; allowed: one of the two'],
    [
      ['listen', '--sse', '--api-key', 'wsh_x'],
      'unknown flag --api-key; did you mean --api-key-file? See ws-hub listen --help',
    ],
  ])('ws-hub %j says in one line what does not go together, and ends with 1', async (args, why) => {
    const command = start(...(args as [string, ...string[]]));
    expect(await command.exited).toBe(1);
    expect(command.stderr).toContain(why);
    expect(command.stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

async function contentOf(listener: V1Client): Promise<string> {
  return (await listener.next('message')).content;
}
