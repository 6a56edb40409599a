import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Program } from '@ws-hub/testing';
import { Command } from './command.js';
import { useHubs } from './hubs.js';
import { StubHub } from './stub-hub.js';

const position = 'p-0';

describe('--token-file', () => {
  const { endLater } = useHubs();
  let folder: string;
  let path: string;
  let stub: StubHub;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ws-hub-token-'));
    path = join(folder, 'token');
    stub = await StubHub.start();
    await give('secret-1');
  });
  afterEach(async () => {
    stub.close();
    await rm(folder, { recursive: true });
  });

  /** As somebody does who renews a token: there is always a whole one. */
  async function give(token: string): Promise<void> {
    await writeFile(`${path}.new`, `${token}\n`);
    await rename(`${path}.new`, path);
  }

  function start(name: string, ...args: string[]): Command {
    const command = Command.start(name, '--url', stub.url, '--token-file', path, ...args);
    endLater(() => command.kill());
    return command;
  }

  const say = (message: object) => stub.sockets.at(-1)?.send(JSON.stringify(message));

  test('is shown by listen, and read again when it reconnects and when it was rejected', async () => {
    const listener = start('listen', '--channel', 'a,b');
    expect(await stub.hellos.next()).toMatchObject({ token: 'secret-1' });
    await listener.told('listening to a, b');
    await give('secret-2');
    stub.sockets.at(-1)?.close(1012);
    expect(await stub.hellos.next()).toMatchObject({ token: 'secret-2', channels: ['a', 'b'] });
    await listener.told('reconnected');
    await give('secret-3');
    stub.sockets.at(-1)?.close(4410, 'credentials expired');
    expect(await stub.hellos.next()).toMatchObject({ token: 'secret-3' });
    await listener.told('reconnected');
    expect(listener.stderr).not.toContain('secret');
  });

  test('is renewed by the heartbeat client before it expires, on the same connection', async () => {
    stub.expiresInMs = 1_500;
    const env = { TOKEN_FILE: path, WS_CLIENT_URL: `${stub.url}?access_token=old` };
    const client = Program.start(['client', '--interval', '600000'], env);
    endLater(() => client.kill());
    expect(await stub.hellos.next()).toMatchObject({ token: 'secret-1' });
    expect(await client.event('connecting')).toMatchObject({ url: stub.url });
    await rm(path);
    expect(await client.event('token_failed')).toMatchObject({
      message: expect.stringMatching(/^no token: ".*" cannot be read \(ENOENT\)/),
    });
    stub.sockets.at(-1)?.close(1012);
    expect(await client.event('disconnected')).toMatchObject({ code: 1012 });
    expect(await client.event('disconnected')).toMatchObject({ err: { type: 'TokenError' } });
    await give('secret-2');
    expect(await stub.hellos.next()).toMatchObject({ token: 'secret-2' });
    for (const renewed of ['secret-3', 'secret-4']) {
      await give(renewed);
      await stub.auths.next(({ token }) => token === renewed);
    }
    expect(stub.sockets).toHaveLength(2);
    say({ type: 'unsubscribed', channels: ['main'], position, reason: 'forbidden' });
    expect(await client.event('forbidden')).toMatchObject({ action: 'subscribe', channels: ['main'] });
    client.signal('SIGTERM');
    await client.exited;
    expect(client.stderr).not.toContain('secret');
  });

  test('that is rejected again and again ends listen and send with 77', async () => {
    stub.rejected.add('secret-1');
    for (const command of [start('listen'), start('send', 'hello')]) {
      expect(await command.exited).toBe(77);
      expect(command.stderr).toContain('not reconnecting: closed with 4401 no\n');
    }
    expect(stub.hellos.drain()).toHaveLength(4);
  });

  test('whose user may do nothing here ends listen and send with 77', async () => {
    const commands = [start('listen'), start('send')];
    for (const _ of commands) await stub.hellos.next();
    for (const socket of stub.sockets) socket.close(4403, 'not here');
    for (const command of commands) expect(await command.exited).toBe(77);
  });

  test('that allows none of its channels ends listen with 77, and says which', async () => {
    const listener = start('listen', '--channel', 'a,b');
    await listener.told('listening to');
    say({ type: 'unsubscribed', channels: ['a'], position, reason: 'forbidden' });
    await listener.told('not subscribed to a: the token no longer allows these channels');
    say({ type: 'unsubscribed', channels: ['b'], position, reason: 'forbidden' });
    expect(await listener.exited).toBe(77);
    expect(listener.stderr).toMatch(/the token allows none of the channels\n$/);
  });

  test('that does not allow a line lets send leave it out, name it, and end with 65', async () => {
    const command = start('send');
    command.end('a\nb\n');
    const [a, b] = [await stub.published.next(), await stub.published.next()];
    say({ type: 'error', code: 'forbidden', message: 'not yours', key: a.key });
    say({ type: 'ack', key: b.key, id: 'p-1' });
    expect(await command.exited).toBe(65);
    expect(command.stderr).toBe('ws-hub send: line 1: rejected by the hub: forbidden: not yours\n');
  });

  test('is shown by all clients of verify, and ends it with 77 when it is rejected', async () => {
    stub.rejected.add('secret-1');
    const command = start('verify', '--clients', '3');
    expect(await command.exited).toBe(77);
    expect(command.stderr).toBe('ws-hub verify: 3 of 3 clients could not connect within 30000 ms: 4401 no\n');
    expect(stub.hellos.drain().map(({ token }) => token)).toEqual(Array(6).fill('secret-1'));
  });

  test.each([
    ['client', 1],
    ['listen', 1],
    ['send', 1],
    ['verify', 64],
  ])('that holds no token is refused by %s at the start', async (name, code) => {
    await writeFile(path, 'two secret words');
    const command = start(name);
    command.end();
    expect(await command.exited).toBe(code);
    expect(command.stderr).toBe(
      `ws-hub ${name}: TOKEN_FILE (--token-file): "${path}" holds no token; ` +
        'allowed: a file that holds a token, 1-4096 visible ASCII characters without spaces\n',
    );
    expect(stub.sockets).toEqual([]);
  });

  test('is what carries a token: a command line does not', async () => {
    for (const args of [
      ['--token', 'secret-1'],
      ['--url', `${stub.url}?access_token=secret-1`],
    ]) {
      const command = Command.start('listen', ...args);
      endLater(() => command.kill());
      expect(await command.exited).toBe(1);
      expect(command.stderr).toMatch(
        /^ws-hub listen: (unknown flag --token; did you mean --token-file\?|.*allowed: )/,
      );
      expect(command.stderr).not.toContain('secret-1');
    }
  });
});
