import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from '@jest/globals';
import { freePort, Program, startHubProgram } from '@ws-hub/testing';
import { type WebSocket, WebSocketServer } from 'ws';

const BIN = fileURLToPath(new URL('../bin/ws-hub.js', import.meta.url));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `ws-hub verify` to its end. */
function verify(...flags: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [BIN, 'verify', ...flags], { timeout: 50_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

const SMALL = ['--clients', '8', '--messages', '400', '--rate', '400', '--timeout', '10000', '--json'];

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

  async function startHub(): Promise<string> {
    const { hub, url } = await startHubProgram();
    programs.push(hub);
    return url;
  }

  /** A hub that speaks plain only, and does with each message what the test says. */
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

  test('finds a hub to keep its promise while connections are cut and readers stall', async () => {
    const url = await startHub();
    const { code, stdout, stderr } = await verify(
      ...['--url', url, '--clients', '10', '--messages', '2000', '--rate', '1000', '--cut-every', '20'],
      ...['--stall-every', '300', '--json'],
    );
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ dialect: 'hub.v1', published: 2_000, acked: 2_000, delivered: 18_000, gaps: 0 },
      ...{ lost: 0, duplicate: 0, outOfOrder: 0, echoed: 0, misplaced: 0, faults: [], doubts: [] },
    });
    expect(stderr).toMatch(/said \d+, unanswered \d+, heard \d+, connected \d+/);
    expect(code).toBe(0);
  });

  test('says it when too few cuts hit anything', async () => {
    const url = await startHub();
    const { code, stdout } = await verify('--url', url, ...SMALL, '--cut-every', '60000');
    expect(JSON.parse(stdout)).toMatchObject({ faults: [], cuts: 0 });
    expect(JSON.parse(stdout).doubts).toEqual([expect.stringContaining('only 0 cuts hit traffic in flight')]);
    expect(code).toBe(2);
  });

  test('restarts the hub by the given command, and counts the gaps that are told', async () => {
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

  test('holds a hub that speaks plain only to the plain contract, without cuts', async () => {
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

  test('finds what is out of order', async () => {
    let held: string | undefined;
    const url = await startPlain((others, frame, n) => {
      const frames = n % 100 === 7 ? [] : held === undefined ? [frame] : [frame, held];
      held = n % 100 === 7 ? frame : undefined;
      // The two go to others in their order, and to half of them the wrong way round.
      for (const [at, other] of others.entries()) {
        for (const each of at % 2 === 0 ? frames : frames.toReversed()) other.send(each);
      }
    });
    const { code, stdout } = await verify('--url', url, ...SMALL);
    expect(JSON.parse(stdout).outOfOrder).toBeGreaterThan(0);
    expect(code).toBe(1);
  });

  test('shows a table, with the verdict as its last line', async () => {
    const { stdout } = await verify('--url', await startHub(), ...SMALL.slice(0, -1), '--cut-every', '0');
    expect(stdout).toMatch(/^published +400$/m);
    expect(stdout).toMatch(/^lost +0$/m);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('held: hub.v1');
  });

  test('says in one line that nobody is there', async () => {
    const url = `ws://127.0.0.1:${await freePort()}/ws`;
    const { code, stderr } = await verify('--url', url, '--clients', '2', '--timeout', '300');
    expect(stderr).toMatch(
      /^ws-hub verify: 2 of 2 clients could not connect within 300 ms: .*ECONNREFUSED.*\n$/,
    );
    expect(code).toBe(1);
  });

  test('says in one line which flag is wrong', async () => {
    const { code, stderr } = await verify('--clients', '1');
    expect(stderr).toBe(
      'ws-hub verify: --clients: "1" is not allowed; allowed: a whole number from 2 to 5000\n',
    );
    expect(code).toBe(1);
  });
});
