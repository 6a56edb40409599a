import { describe, expect, test } from '@jest/globals';
import { CuttingProxy, V1Client } from '@ws-hub/testing';
import { Command } from './command.js';
import { useHubs } from './hubs.js';

const ALLOWED = 'allowed: {"content":"…"}, with "channel":"…" and "key":"…" if wanted';

describe('ws-hub send', () => {
  const { anyHub, endLater, startHub } = useHubs();

  function send(...args: string[]): Command {
    const command = Command.start('send', ...args);
    endLater(() => command.kill());
    return command;
  }

  /** Sends this input to its end. */
  async function sendInput(
    input: string | Buffer,
    ...args: string[]
  ): Promise<Command & { code: number | null }> {
    const command = send(...args);
    command.end(input);
    return Object.assign(command, { code: await command.exited });
  }

  async function contents(listener: V1Client, count: number): Promise<unknown[]> {
    return (await listener.take(count)).map((message) => 'content' in message && message.content);
  }

  test('says its TEXT as one message, and ends with 0 while its stdin is still open', async () => {
    const { url } = await anyHub();
    const listener = await V1Client.join(url, { channels: ['lobby'] });
    const command = send('--url', url, '--channel', 'lobby', 'hello', 'world');
    expect(await command.exited).toBe(0);
    expect(await listener.next('message')).toMatchObject({ channel: 'lobby', content: 'hello world' });
    expect({ stderr: command.stderr, stdout: await command.rest() }).toEqual({ stderr: '', stdout: [] });
  });

  test('says what begins with a dash when it stands behind --', async () => {
    const { url } = await anyHub();
    const listener = await V1Client.join(url);
    expect(await send('--url', url, '--', '--help', '-x').exited).toBe(0);
    expect(await contents(listener, 1)).toEqual(['--help -x']);
  });

  test('says each line of stdin in order, whatever pieces it comes in, and ends with 0', async () => {
    const { url } = await anyHub();
    const listener = await V1Client.join(url);
    const command = send('--url', url);
    const input = Buffer.from('one\n\n日本語\r\nx\\n y\n\ufefflast');
    for (const byte of input) command.process.stdin?.write(Buffer.from([byte]));
    command.end();
    expect(await contents(listener, 5)).toEqual(['one', '', '日本語', 'x\\n y', '\ufefflast']);
    expect(await command.exited).toBe(0);
    expect(command.stderr).toBe('');
  });

  test('--json takes objects, and prints acknowledgements as such', async () => {
    const { url } = await anyHub();
    const listener = await V1Client.join(url, { channels: ['a', 'b'] });
    const command = send('--url', url, '--channel', 'a', '--json');
    command.write('{"content":"x","key":"k1"}\n');
    const first = JSON.parse(await command.line());
    command.end('{"content":"x","key":"k1"}\n{"content":"y","channel":"b","timestamp":7}\n');
    expect(await command.exited).toBe(0);
    const [x, y] = [await listener.next('message'), await listener.next('message')];
    expect([x, y]).toMatchObject([
      { channel: 'a', content: 'x' },
      { channel: 'b', content: 'y' },
    ]);
    expect([first, ...(await command.rest()).map((line) => JSON.parse(line))]).toEqual([
      { line: 1, key: 'k1', id: x.id, duplicate: false },
      { line: 2, key: 'k1', id: x.id, duplicate: true },
      { line: 3, id: y.id, duplicate: false },
    ]);
  });

  test('says again on another hub what listen --json prints', async () => {
    const [from, to] = [await startHub(), await startHub()];
    const listener = await V1Client.join(to.url, { channels: ['a'] });
    const relay = Command.shell(
      `ws_hub listen --url ${from.url} --channel a --json --count 2 | ws_hub send --url ${to.url} --json`,
    );
    endLater(() => relay.kill());
    await relay.told('listening to');
    const talker = await V1Client.join(from.url);
    for (const content of ['one', 'two\u001b\n']) talker.publish(content.slice(0, 3), content, 'a');
    expect(await contents(listener, 2)).toEqual(['one', 'two\u001b\n']);
    expect(await relay.exited).toBe(0);
  });

  test('names each line that it cannot say and what is allowed, says the rest, and ends with 65', async () => {
    const { url } = await anyHub();
    const listener = await V1Client.join(url);
    const input = [
      ...['nope', '[]', '{"content":1}', '{"content":"a"}', '{"content":"x","channel":"a b"}'],
      ...['{"content":"\\ud800"}', '{"content":"b","key":" "}', '{"content":"c"}'],
    ].join('\n');
    const { code, stderr } = await sendInput(input, '--url', url, '--json');
    expect(await contents(listener, 2)).toEqual(['a', 'c']);
    const line = (n: number, why: string) => `ws-hub send: line ${n}: ${why}; ${ALLOWED}`;
    expect(stderr.trimEnd().split('\n')).toEqual([
      line(1, 'it is not JSON'),
      line(2, 'it: Invalid input: expected object, received array'),
      line(3, 'content: Invalid input: expected string, received number'),
      line(5, 'channel: must be 1-64 of A-Z a-z 0-9 . _ - with no leading, trailing or double dot'),
      line(6, 'content: contains a lone surrogate, which is not a character'),
      line(7, 'key: must be 1-64 characters from ! to ~'),
    ]);
    expect(code).toBe(65);
  });

  test('leaves out lines that are too long or not UTF-8, says the rest, and ends with 65', async () => {
    const { url } = await startHub('--max-payload', '1000');
    const listener = await V1Client.join(url);
    const long = Buffer.alloc(3_000_000, 'x');
    const input = [Buffer.from('a'), long.subarray(0, 1_000), long, Buffer.from([0xff]), Buffer.from('b')];
    const { code, stderr } = await sendInput(
      Buffer.concat(input.flatMap((line) => [line, Buffer.from('\n')])),
      ...['--url', url],
    );
    expect(await contents(listener, 2)).toEqual(['a', 'b']);
    const told = stderr.trimEnd().split('\n').toSorted();
    expect(told).toEqual([
      expect.stringMatching(/^ws-hub send: line 2: a frame of \d+ bytes is too large; the hub allows 1000$/),
      'ws-hub send: line 3: it is too long; allowed: 1048576 bytes, and no more than the hub accepts',
      'ws-hub send: line 4: it is not UTF-8; allowed: UTF-8 text',
    ]);
    expect(code).toBe(65);
  });

  test('says each line once and in order, however often it is cut off', async () => {
    const { url, port } = await anyHub();
    const proxy = await CuttingProxy.before(port);
    endLater(() => proxy.close());
    const listener = await V1Client.join(url);
    const lines = Array.from({ length: 3_000 }, (_, n) => `line ${n}`);
    const command = send('--url', `ws://127.0.0.1:${proxy.port}/ws`);
    command.write(`${lines.slice(0, 1_000).join('\n')}\n`);
    const heard = await contents(listener, 100);
    proxy.cut();
    command.write(`${lines.slice(1_000, 2_000).join('\n')}\n`);
    heard.push(...(await contents(listener, 1_000)));
    proxy.cut();
    command.end(lines.slice(2_000).join('\n'));
    heard.push(...(await contents(listener, 1_900)));
    expect(heard).toEqual(lines);
    expect(await command.exited).toBe(0);
    await listener.expectNothing();
  });
});
