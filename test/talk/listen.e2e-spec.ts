import { describe, expect, test } from '@jest/globals';
import { CuttingProxy, freePort, Program, V1Client } from '@ws-hub/testing';
import { listenExitCodes } from '../../apps/talk/src/config/exit-codes.js';
import { Command } from './command.js';
import { useHubs } from './hubs.js';
import { StubHub } from './stub-hub.js';

const HOSTILE = 'a\u001b[2Jb\u009bc\u202ed\u2028e\nf';
const WRITTEN_OUT = 'a\\u001b[2Jb\\u009bc\\u202ed\\u2028e\\u000af';

describe('ws-hub listen', () => {
  const { anyHub, endLater, startHub } = useHubs();

  function kept(command: Command): Command {
    endLater(() => command.kill());
    return command;
  }

  /** A listener that the hub has welcomed. */
  async function listen(...args: string[]): Promise<Command> {
    const command = kept(Command.start('listen', ...args));
    await command.told('listening to');
    return command;
  }

  async function publishAll(talker: V1Client, contents: readonly string[], channel?: string): Promise<void> {
    for (const [n, content] of contents.entries()) {
      talker.publish(`k${n}-${content.length}`, content, channel);
      await talker.next('ack');
    }
  }

  test('prints time, client, channel and content of what is said on its channels, one line each', async () => {
    const { url } = await anyHub();
    const listener = await listen('--url', url, '--channel', 'lobby,news');
    const talker = await V1Client.join(url, { channels: [] });
    await publishAll(talker, ['elsewhere'], 'other');
    await publishAll(talker, ['hello'], 'lobby');
    await publishAll(talker, ['what is new'], 'news');
    const { client_id } = talker.welcome;
    expect(await listener.take(2)).toEqual([
      expect.stringMatching(new RegExp(`^\\d\\d:\\d\\d:\\d\\d {2}${client_id} {2}lobby {2}hello$`)),
      expect.stringMatching(new RegExp(`^\\d\\d:\\d\\d:\\d\\d {2}${client_id} {2}news {2}what is new$`)),
    ]);
  });

  test('writes out what would steer the terminal', async () => {
    const { url } = await anyHub();
    const listener = await listen('--url', url);
    await publishAll(await V1Client.join(url), [HOSTILE, 'naïve 日本語']);
    expect(await listener.line()).toContain(`  main  ${WRITTEN_OUT}`);
    expect(await listener.line()).toContain('  main  naïve 日本語');
  });

  test('--json prints exactly the message, with nothing that steers the terminal', async () => {
    const { url } = await anyHub();
    const listener = await listen('--url', url, '--json');
    const witness = await V1Client.join(url);
    await publishAll(await V1Client.join(url), [HOSTILE]);
    const { type: _, ...message } = await witness.next('message');
    const line = await listener.line();
    expect(line).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Zl}]/u);
    expect(JSON.parse(line)).toEqual(message);
  });

  test('prints each message once and in order however often it is cut off, and tells of it on stderr', async () => {
    const { url, port } = await anyHub();
    const proxy = await CuttingProxy.before(port);
    endLater(() => proxy.close());
    const listener = await listen('--url', `ws://127.0.0.1:${proxy.port}/ws`, '--json');
    const talker = await V1Client.join(url);
    const contents = Array.from({ length: 60 }, (_, n) => `message ${n}`);
    for (const [n, content] of contents.entries()) {
      talker.publish(`k${n}`, content);
      await talker.next('ack');
      if (n % 20 !== 10) continue;
      proxy.cut();
      expect(await listener.told('not connected')).toMatch(/retrying in \d+\.\d s$/);
      await listener.told('reconnected');
    }
    expect((await listener.take(60)).map((line) => JSON.parse(line).content)).toEqual(contents);
  });

  test('tells of a gap when the hub has forgotten what was said', async () => {
    const { hub, port, url } = await startHub();
    const listener = await listen('--url', url);
    hub.signal('SIGKILL');
    await listener.told('not connected');
    const next = Program.start([
      ...['server', '--host', '127.0.0.1', '--port', String(port), '--metrics-port', '0'],
    ]);
    endLater(() => next.kill());
    expect(await listener.told('gap')).toBe('ws-hub listen: gap: messages were missed');
  });

  test('reads no further while its output is not read, loses nothing, and continues when it is', async () => {
    const { hub, url } = await startHub();
    const listener = kept(Command.unread('listen', '--url', url, '--json'));
    await listener.told('listening to');
    // Far more than a pipe and the buffers of all sockets on the way hold.
    const contents = Array.from({ length: 400 }, (_, n) => `${n} ${'x'.repeat(40_000)}`);
    await publishAll(await V1Client.join(url), contents);
    // The hub sees that it does not read.
    await hub.event('slow_consumer');
    listener.read();
    const numbers = (await listener.take(400)).map((line) => JSON.parse(line).content.split(' ')[0]);
    expect(numbers).toEqual(contents.map((_, n) => `${n}`));
    expect(listener.stderr).not.toContain('gap');
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('ends with 0 at %s, and tells the hub so', async (signal) => {
    const { hub, url } = await startHub();
    const listener = await listen('--url', url);
    listener.signal(signal);
    expect(await listener.exited).toBe(0);
    expect(listener.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(await hub.event('client_disconnected')).toMatchObject({ code: 1000 });
  });

  test('ends with 0 at SIGINT also while nobody takes what it has to print', async () => {
    const { url } = await anyHub();
    const listener = kept(Command.unread('listen', '--url', url));
    await listener.told('listening to');
    await publishAll(
      await V1Client.join(url),
      Array.from({ length: 100 }, () => 'x'.repeat(60_000)),
    );
    const { process } = listener;
    process.once('exit', () => process.stdout?.destroy());
    listener.signal('SIGINT');
    expect(await listener.exited).toBe(0);
  });

  test('ends with 0, quietly, when the reader of its pipe has gone', async () => {
    const { url } = await anyHub();
    const shell = kept(
      Command.shell(`{ ws_hub listen --url ${url} --json; echo "code $?" >&2; } | head -n 1`),
    );
    await shell.told('listening to');
    const talker = await V1Client.join(url);
    await publishAll(talker, ['first']);
    expect(JSON.parse(await shell.line()).content).toBe('first');
    let isOver = false;
    void shell.exited.then(() => {
      isOver = true;
    });
    for (let n = 0; !isOver; n++) await publishAll(talker, ['x'.repeat(n + 10)]);
    expect(shell.stderr.trimEnd().split('\n').slice(1)).toEqual(['code 0']);
  });

  test('ends with 0 after --count messages, all of which its pipe has got', async () => {
    const { url } = await anyHub();
    const shell = kept(
      Command.shell(
        `{ { ws_hub listen --url ${url} --json --count 330; echo "code $?" >&2; } | { head -c 1 <&3 >/dev/null; cat; }; } 3<&0`,
      ),
    );
    await shell.told('listening to');
    // The first 330 are more than a pipe holds, and what is beyond that fits into the program's own buffer.
    const contents = Array.from({ length: 500 }, (_, n) => `${n}`.padStart(100, '.'));
    await publishAll(await V1Client.join(url), contents);
    shell.end('x');
    const lines = (await shell.rest()).map((line) => JSON.parse(line).content);
    expect(lines).toEqual(contents.slice(0, 330));
    expect(shell.stderr).toMatch(/code 0\n$/);
  });

  test('ends with 69 when the hub asks not to reconnect', async () => {
    const { url } = await anyHub();
    const lost = kept(Command.start('listen', '--url', url.replace('/ws', '/nowhere')));
    expect(await lost.exited).toBe(69);
    expect(lost.stderr).toBe(
      `ws-hub listen: the hub listens at /ws: try ${url}\n` +
        'ws-hub listen: not reconnecting: refused with HTTP 404\n',
    );
    const stub = await StubHub.start();
    endLater(() => stub.close());
    const unwanted = await listen('--url', stub.url);
    stub.sockets[0]?.close(1008, 'go \u009baway');
    expect(await unwanted.exited).toBe(69);
    expect(unwanted.stderr).toContain('not reconnecting: closed with 1008 go \\u009baway\n');
  });

  test.each(['listen', 'send'])(
    '%s says once which URL to try where its own lacks the path of the hub',
    async (name) => {
      const host = `ws://127.0.0.1:${await freePort()}`;
      const command = kept(Command.start(name, '--url', host, '--timeout', '3000'));
      command.end();
      await command.exited;
      expect(command.stderr.match(/the hub listens at .*/g)).toEqual([
        `the hub listens at /ws: try ${host}/ws`,
      ]);
      // It was given after the first attempt, and not after the second.
      expect(command.stderr.match(/retrying/g)?.length).toBeGreaterThan(1);
    },
  );

  test('ends with 69 when no hub was there for --timeout', async () => {
    const url = `ws://127.0.0.1:${await freePort()}/ws`;
    const listener = kept(Command.start('listen', '--url', url, '--timeout', '300'));
    expect(await listener.exited).toBe(69);
    expect(listener.stderr).toMatch(/ws-hub listen: no connection for 300 ms: .*ECONNREFUSED.*\n$/);
  });

  test('listens to a hub that supports only plain, and says what that means', async () => {
    const stub = await StubHub.start(false);
    endLater(() => stub.close());
    const listener = kept(Command.start('listen', '--url', stub.url, '--channel', 'a,b', '--json'));
    await listener.told('only plain');
    expect(await listener.told('not subscribed to')).toMatch(/not subscribed to b$/);
    stub.sockets.at(-1)?.send(JSON.stringify({ client_id: 'x', timestamp: 1, content: 'hi' }));
    const expected = { client_id: 'x', timestamp: 1, content: 'hi', channel: 'a' };
    expect(JSON.parse(await listener.line())).toEqual(expected);
  });

  test('says in one line which flag is wrong, and ends with 1', async () => {
    const listener = kept(Command.start('listen', '--channel', 'a,b c'));
    expect(await listener.exited).toBe(1);
    expect(listener.stderr).toMatch(
      /^ws-hub listen: --channel: "a,b c" is not allowed; allowed: channel names, .*\n$/,
    );
  });

  test('lists its exit codes in --help', async () => {
    const text = (await kept(Command.start('listen', '--help')).rest()).join('\n');
    for (const [code, meaning] of listenExitCodes.meanings)
      expect(text).toContain(`\n  ${code}`.padEnd(8) + meaning);
  });
});
