import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { Readable } from 'node:stream';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { CuttingProxy, freePort, type HubProgram, Program, startHubProgram, V1Client } from '@ws-hub/testing';
import { type WebSocket, WebSocketServer } from 'ws';
import { EXIT, exitCodes } from '../apps/verify/src/config/exit-codes.js';
import { BIN, SMALL, verify } from './verify/run-verify.js';

describe('ws-hub verify', () => {
  const programs: Program[] = [];
  const servers: WebSocketServer[] = [];
  afterEach(async () => {
    await Promise.all(programs.splice(0).map((program) => program.kill()));
    for (const server of servers.splice(0)) {
      for (const socket of server.clients) socket.terminate();
      server.close();
    }
  });

  let shared: HubProgram | undefined;
  afterAll(() => shared?.hub.kill());

  /** The URL of a shared hub, for tests that only need one to exist. */
  async function anyHub(): Promise<string> {
    shared ??= await startHubProgram();
    return shared.url;
  }

  /** A plain-only hub whose handling of each message the test defines. */
  async function startPlain(
    tell: (others: readonly WebSocket[], frame: string, n: number) => void,
  ): Promise<string> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => false });
    servers.push(server);
    await once(server, 'listening');
    let n = 0;
    server.on('connection', (socket) => {
      socket.on('message', (data) => {
        const frame = JSON.stringify({ client_id: 'x', timestamp: 1, content: data.toString() });
        tell(
          [...server.clients].filter((client) => client !== socket),
          frame,
          n++,
        );
      });
    });
    return `ws://127.0.0.1:${(server.address() as { port: number }).port}`;
  }

  test('finds that a hub keeps its promise while connections are cut and readers stall', async () => {
    const url = await anyHub();
    const { code, stdout, stderr } = await verify(
      ...['--url', url, '--clients', '10', '--messages', '2000', '--rate', '1000', '--cut-every', '5'],
      ...['--stall-every', '300', '--json'],
    );
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ dialect: 'hub.v1', published: 2_000, acked: 2_000, delivered: 18_000, gaps: 0 },
      ...{ lost: 0, duplicate: 0, outOfOrder: 0, echoed: 0, misplaced: 0, faults: [], doubts: [] },
    });
    expect(stderr).toMatch(/published \d+, unanswered \d+, received \d+, connected \d+/);
    expect(code).toBe(0);
  });

  test('reports when too few cuts hit anything', async () => {
    const url = await anyHub();
    const { code, stdout } = await verify('--url', url, ...SMALL, '--cut-every', '60000');
    expect(JSON.parse(stdout)).toMatchObject({ faults: [], cuts: 0 });
    expect(JSON.parse(stdout).doubts).toEqual([expect.stringContaining('only 0 cuts hit traffic in flight')]);
    expect(code).toBe(2);
  });

  test('restarts the hub with the given command, and counts the reported gaps', async () => {
    const port = await freePort();
    const flags = `--port ${port} --host 127.0.0.1 --metrics-port 0`;
    const first = Program.start(['server', ...flags.split(' ')]);
    programs.push(first);
    await first.event('listening');
    const again = `kill -9 ${first.process.pid}; ${process.execPath} ${BIN} server ${flags} >/dev/null 2>&1 & echo pid $! >&2`;
    const { code, stdout, stderr } = await verify(
      ...['--url', `ws://127.0.0.1:${port}/ws`, ...SMALL, '--cut-every', '0', '--restart-command', again],
    );
    process.kill(Number(stderr.match(/pid (\d+)/)?.[1]), 'SIGKILL');
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ restarts: 1, lost: 0, duplicate: 0, outOfOrder: 0, faults: [] });
    expect(result.gaps).toBeGreaterThanOrEqual(8);
    expect(code).toBe(0);
  });

  test('holds a plain-only hub to the plain contract, without cuts', async () => {
    const url = await startPlain((others, frame) => {
      for (const other of others) other.send(frame);
    });
    const { code, stdout } = await verify('--url', url, ...SMALL);
    expect(JSON.parse(stdout)).toMatchObject({ dialect: 'plain', cuts: 0, delivered: 2_800, faults: [] });
    expect(code).toBe(0);
  });

  test.each([
    [
      'lost',
      (others: readonly WebSocket[], frame: string, n: number) => {
        for (const other of n % 100 === 7 ? others.slice(1) : others) other.send(frame);
      },
    ],
    [
      'duplicate',
      (others: readonly WebSocket[], frame: string, n: number) => {
        for (const other of others)
          for (const copy of n % 100 === 7 ? [frame, frame] : [frame]) other.send(copy);
      },
    ],
  ] as const)('finds what is %s', async (fault, tell) => {
    const { code, stdout } = await verify('--url', await startPlain(tell), ...SMALL);
    const result = JSON.parse(stdout);
    expect(result[fault]).toBeGreaterThan(0);
    expect(result.faults).toEqual([`${fault}: ${result[fault]}`]);
    expect(code).toBe(1);
  });

  test('finds what is lost at the very end, where nothing follows', async () => {
    const url = await startPlain((others, frame, n) => {
      for (const other of n === 399 ? others.slice(1) : others) other.send(frame);
    });
    const { code, stdout } = await verify('--url', url, ...SMALL);
    expect(JSON.parse(stdout)).toMatchObject({ lost: 1, outstanding: 0, faults: ['lost: 1'] });
    expect(code).toBe(EXIT.broken);
  });

  test('waits for late messages, however quiet the hub is in the meantime', async () => {
    let slow: WebSocket | undefined;
    const late: string[] = [];
    const url = await startPlain((others, frame, n) => {
      slow ??= others[0];
      for (const other of others) {
        if (other === slow) late.push(frame);
        else other.send(frame);
      }
      // In the second half its frames wait until something other than the 400 messages is published.
      if (n < 200 || n >= 400) for (const each of late.splice(0)) slow?.send(each);
    });
    const { code, stdout } = await verify('--url', url, ...SMALL);
    expect(JSON.parse(stdout)).toMatchObject({ lost: 0, outstanding: 0, delivered: 2_800, faults: [] });
    expect(code).toBe(EXIT.held);
  });

  test('counts messages for a client that did not reconnect as outstanding, not lost', async () => {
    const { hub, port, url } = await startHubProgram();
    programs.push(hub);
    const proxy = await CuttingProxy.before(port);
    const channel = '?channel=cut-off';
    const witness = await V1Client.join(url + channel);
    // Clients use the URLs in turn, so the second of three goes through the proxy.
    const urls = [url + channel, `ws://127.0.0.1:${proxy.port}/ws${channel}`].join(',');
    const flags = ['--clients', '3', '--messages', '400', '--rate', '400', '--timeout', '1500', '--json'];
    const run = verify('--url', urls, ...flags, '--cut-every', '0', '--stall-every', '0');
    await witness.take(300);
    proxy.cut(true);
    const { code, stdout } = await run;
    await proxy.close();
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ lost: 0, absent: 1, faults: [] });
    expect(result.outstanding).toBeGreaterThan(0);
    expect(result.doubts).toEqual([
      expect.stringMatching(/^clients that did not reconnect: 1 \(.+\)$/),
      `${result.outstanding} deliveries outstanding after 1500 ms`,
    ]);
    expect(code).toBe(EXIT.inconclusive);
  });

  test('does not call the hub broken when the restart command fails', async () => {
    const { code, stdout } = await verify(
      ...['--url', await anyHub(), ...SMALL, '--cut-every', '0', '--restart-command', 'exit 3'],
    );
    expect(JSON.parse(stdout)).toMatchObject({ faults: [], doubts: ['the restart command exited with 3'] });
    expect(code).toBe(EXIT.inconclusive);
  });

  test('finds what is out of order', async () => {
    let held: string | undefined;
    const url = await startPlain((others, frame, n) => {
      const frames = n % 100 === 7 ? [] : held === undefined ? [frame] : [frame, held];
      held = n % 100 === 7 ? frame : undefined;
      // The two are delivered in order to some, and in the wrong order to half of them.
      for (const [at, other] of others.entries()) {
        for (const each of at % 2 === 0 ? frames : frames.toReversed()) other.send(each);
      }
    });
    const { code, stdout } = await verify('--url', url, ...SMALL);
    expect(JSON.parse(stdout).outOfOrder).toBeGreaterThan(0);
    expect(code).toBe(1);
  });

  test('shows a table, with the verdict as its last line', async () => {
    const { stdout } = await verify('--url', await anyHub(), ...SMALL.slice(0, -1), '--cut-every', '0');
    expect(stdout).toMatch(/^published +400$/m);
    expect(stdout).toMatch(/^lost +0$/m);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('held: hub.v1');
  });

  test('says in one line that no hub is reachable', async () => {
    const url = `ws://127.0.0.1:${await freePort()}/ws`;
    const { code, stderr } = await verify('--url', url, '--clients', '2', '--timeout', '300');
    expect(stderr).toMatch(
      /^ws-hub verify: 2 of 2 clients could not connect within 300 ms: .*ECONNREFUSED.*\n$/,
    );
    expect(code).toBe(EXIT.unreachable);
  });

  test('says which URL to try where its own lacks the path of the hub', async () => {
    const url = `ws://127.0.0.1:${await freePort()}`;
    const { code, stderr } = await verify('--url', url, '--clients', '2', '--timeout', '300');
    expect(stderr).toMatch(/ECONNREFUSED.*; the hub listens at \/ws: try ws:\/\/127.0.0.1:\d+\/ws\n$/);
    expect(code).toBe(EXIT.unreachable);
  });

  test('says in one line which flag is wrong', async () => {
    const { code, stderr } = await verify('--clients', '1');
    expect(stderr).toBe(
      'ws-hub verify: --clients: "1" is not allowed; allowed: a whole number from 2 to 5000\n',
    );
    expect(code).toBe(EXIT.usage);
  });

  test('lists its exit codes in --help', async () => {
    const { stdout } = await verify('--help');
    for (const [code, meaning] of exitCodes.meanings)
      expect(stdout).toContain(`\n  ${code}`.padEnd(8) + meaning);
  });

  describe('when it is interrupted', () => {
    const SIGNALS = [
      ['SIGINT', EXIT.interrupted],
      ['SIGTERM', EXIT.terminated],
    ] as const;
    const begin = (...flags: string[]): Program => {
      const program = Program.start(['verify', ...flags]);
      programs.push(program);
      return program;
    };

    test.each(SIGNALS)('prints what it has, and ends with the code of %s', async (signal, code) => {
      const { hub, url } = await startHubProgram();
      programs.push(hub);
      const channel = '?channel=interrupted';
      const witness = await V1Client.join(url + channel);
      const program = begin(
        '--url',
        url + channel,
        '--clients',
        '4',
        '--messages',
        '1000000',
        '--cut-every',
        '0',
      );
      await witness.take(100);
      program.signal(signal);
      expect(await program.exited).toEqual({ code, signal: null });
      const lines = program.text;
      expect(Number(lines.find((line) => line.startsWith('published'))?.split(/ +/)[1])).toBeGreaterThan(99);
      expect(lines.find((line) => line.startsWith('lost'))).toMatch(/^lost +0$/);
      expect(lines.slice(-2)).toEqual([
        'doubtful: interrupted before outstanding messages could arrive',
        'cannot tell: hub.v1',
      ]);
    });

    test('does not wait for the restart command', async () => {
      const program = begin(
        ...['--url', await anyHub(), '--clients', '2', '--messages', '10', '--rate', '100'],
        ...['--restart-command', 'echo pid $$ >&2; exec tail -f /dev/null >/dev/null 2>&1'],
      );
      while (!/pid \d+\n/.test(program.stderr)) await once(program.process.stderr as Readable, 'data');
      program.signal('SIGINT');
      expect(await program.exited).toEqual({ code: EXIT.interrupted, signal: null });
      process.kill(Number(program.stderr.match(/pid (\d+)/)?.[1]), 'SIGKILL');
      expect(program.text).toContainEqual(expect.stringMatching(/^published +[1-9]\d*$/));
    });

    test('before there is a connection, says so and ends with its code', async () => {
      const silent = createServer();
      silent.listen(0, '127.0.0.1');
      await once(silent, 'listening');
      const { port } = silent.address() as AddressInfo;
      const program = begin('--url', `ws://127.0.0.1:${port}/ws`, '--clients', '2');
      const [socket] = await once(silent, 'connection');
      program.signal('SIGINT');
      expect(await program.exited).toEqual({ code: EXIT.interrupted, signal: null });
      expect(program.stderr).toBe('ws-hub verify: interrupted before the test began\n');
      socket.destroy();
      silent.close();
    });

    test.each(SIGNALS)('by %s before it is loaded, does not say that the hub held', async (signal, code) => {
      // The signal arrives as soon as the program listens for it, long before the command's own modules are loaded.
      const preload = `process.on('newListener', (name) => name === '${signal}' && process.nextTick(() => process.kill(process.pid, name)))`;
      const program = Program.start(['verify'], {}, undefined, [
        ...['--import', `data:text/javascript,${encodeURIComponent(preload)}`],
      ]);
      programs.push(program);
      expect(await program.exited).toEqual({ code, signal: null });
    });
  });

  test('ends with a code of its own when it fails itself: its result cannot be written', async () => {
    const child = spawn(
      'sh',
      [
        '-c',
        `exec "${process.execPath}" "${BIN}" verify "$@" > /dev/full`,
        'sh',
        ...['--url', await anyHub(), ...SMALL, '--cut-every', '0'],
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const [code] = await once(child, 'close');
    expect(stderr).toContain('ENOSPC');
    expect(code).toBe(EXIT.internal);
  });
});
