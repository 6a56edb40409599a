import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { freePort, Program } from '@ws-hub/testing';
import { sendExitCodes } from '../../apps/talk/src/config/exit-codes.js';
import { Command } from './command.js';
import { useHubs } from './hubs.js';
import { StubHub } from './stub-hub.js';

describe('the end of ws-hub send', () => {
  const { anyHub, endLater } = useHubs();

  async function startStub(...protocol: [false] | []): Promise<StubHub> {
    const stub = await StubHub.start(...protocol);
    endLater(() => stub.close());
    return stub;
  }

  function send(...args: string[]): Command {
    const command = Command.start('send', ...args);
    endLater(() => command.kill());
    return command;
  }

  test('reads no more than 500 lines ahead of the acknowledgements, and names them when it is ended', async () => {
    const stub = await startStub();
    const command = send('--url', stub.url);
    command.write('y\n'.repeat(2_000_000));
    for (let n = 0; n < 500; n++) await stub.published.next();
    // It has not been taken whole.
    expect(command.process.stdin?.writableLength).toBe(4_000_000);
    command.signal('SIGTERM');
    expect(await command.exited).toBe(75);
    expect(command.stderr.trimEnd().split('\n')).toEqual([
      'ws-hub send: sent, but not acknowledged: lines 1-500',
      'ws-hub send: not sent: line 501 and all following lines',
    ]);
    expect(stub.published.drain()).toEqual([]);
  });

  test('does not wait for acknowledgements after a second signal', async () => {
    const stub = await startStub();
    const command = send('--url', stub.url);
    command.write('y\n');
    await stub.published.next();
    command.signal('SIGINT');
    command.signal('SIGTERM');
    expect(await command.exited).toBe(75);
    expect(command.stderr).toBe('');
  });

  test('ends with 0 at SIGINT when the hub has acknowledged all that it was given', async () => {
    const { url } = await anyHub();
    const command = send('--url', url, '--json');
    command.write('{"content":"x"}\n');
    await command.line();
    command.signal('SIGINT');
    expect(await command.exited).toBe(0);
    expect(command.stderr).toBe('');
  });

  test('ends with 75 when the hub sends it away, and says what was not acknowledged', async () => {
    const stub = await startStub();
    const command = send('--url', stub.url);
    command.write('a\nb\n');
    for (const _ of 'ab') await stub.published.next();
    stub.sockets[0]?.close(1008, 'enough');
    expect(await command.exited).toBe(75);
    expect(command.stderr).toBe(
      'ws-hub send: not reconnecting: closed with 1008 enough\n' +
        'ws-hub send: sent, but not acknowledged: lines 1-2\n',
    );
  });

  test('ends with 75 when no acknowledgement for --timeout', async () => {
    const command = send('--url', (await startStub()).url, '--timeout', '300', 'hello');
    expect(await command.exited).toBe(75);
    expect(command.stderr).toBe(
      'ws-hub send: no acknowledgement for 300 ms\nws-hub send: sent, but not acknowledged: TEXT\n',
    );
  });

  test('ends with 69 when it says nothing: no hub is there, or it is none of hub.v1', async () => {
    const nobody = send('--url', `ws://127.0.0.1:${await freePort()}/ws`, '--timeout', '300', 'hello');
    expect(await nobody.exited).toBe(69);
    expect(nobody.stderr).toMatch(
      /no connection for 300 ms: .*ECONNREFUSED.*\nws-hub send: not sent: TEXT\n$/,
    );
    const plain = send('--url', (await startStub(false)).url, 'hello');
    expect(await plain.exited).toBe(69);
    expect(plain.stderr).toContain('the hub supports only plain, which has no acknowledgements\n');
  });

  test('ends with 75 at a signal before it could say its TEXT', async () => {
    const command = send('--url', `ws://127.0.0.1:${await freePort()}/ws`, 'hello');
    await command.told('not connected');
    command.signal('SIGINT');
    expect(await command.exited).toBe(75);
    expect(command.stderr).toContain('ws-hub send: not sent: TEXT\n');
  });

  test('ends with 75 at a signal before it is loaded', async () => {
    // The signal comes as soon as the program listens for it, long before the command's own modules are there.
    const preload = `process.on('newListener', (name) => name === 'SIGTERM' && process.nextTick(() => process.kill(process.pid, name)))`;
    const program = Program.start(['send', 'hello'], {}, undefined, [
      ...['--import', `data:text/javascript,${encodeURIComponent(preload)}`],
    ]);
    endLater(() => program.kill());
    expect(await program.exited).toEqual({ code: 75, signal: null });
  });

  test('ends when its acknowledgements are no longer read', async () => {
    const { url } = await anyHub();
    const shell = Command.shell(
      `{ yes '{"content":"x"}' | ws_hub send --url ${url} --json; echo "code $?" >&2; } | head -n 1`,
    );
    endLater(() => shell.kill());
    expect(JSON.parse(await shell.line())).toMatchObject({ line: 1 });
    expect(await shell.told('code')).toBe('code 75');
    await shell.exited;
    expect(shell.stderr).toMatch(/not sent: line \d+ and all following lines\n/);
  });

  test('says in one line that its stdin cannot be read, and ends with 1', async () => {
    const { url } = await anyHub();
    const shell = Command.shell(`ws_hub send --url ${url} 0>/dev/null; echo "code $?" >&2`);
    endLater(() => shell.kill());
    await once(shell.process, 'close');
    expect(shell.stderr).toBe('ws-hub send: stdin cannot be read (EBADF)\ncode 1\n');
  });

  test('lists its arguments and exit codes in --help', async () => {
    const text = (await send('--help').rest()).join('\n');
    expect(text).toContain('Usage: ws-hub send [flags] [TEXT...]');
    for (const [code, meaning] of sendExitCodes.meanings)
      expect(text).toContain(`\n  ${code}`.padEnd(8) + meaning);
  });
});
