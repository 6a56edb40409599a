import { afterEach, describe, expect, test } from '@jest/globals';
import { freePort, type LogLine, Program, TestClient } from '@ws-hub/testing';

const FAST = ['--interval', '50', '--reconnect-delay', '50', '--reconnect-max-delay', '200'];

const BEGIN = 'all are connected';

describe('hubs and heartbeat clients as processes', () => {
  const programs: Program[] = [];
  afterEach(async () => {
    await Promise.all(programs.splice(0).map((program) => program.kill()));
  });

  function start(...args: string[]): Program {
    const program = Program.start(args);
    programs.push(program);
    return program;
  }

  async function startHub(port = 0): Promise<{ hub: Program; port: number }> {
    const hub = start('server', '--host', '127.0.0.1', '--port', String(port));
    return { hub, port: Number((await hub.event('listening')).port) };
  }

  const startClient = (port: number) => start('client', '--url', `ws://127.0.0.1:${port}/ws`, ...FAST);

  async function endAll(): Promise<void> {
    for (const program of programs) program.signal('SIGTERM');
    for (const program of programs) expect(await program.exited).toEqual({ code: 0, signal: null });
  }

  test('ten clients publish, all see one order, and none receives its own messages', async () => {
    const { port } = await startHub();
    const clients = Array.from({ length: 10 }, () => startClient(port));
    const ids = await Promise.all(
      clients.map(async (client) => (await client.event('connected')).client_id as string),
    );
    expect(new Set(ids).size).toBe(clients.length);
    // From here on all of them are connected. Early clients have received messages before that which late ones have
    // not.
    const starter = await TestClient.connect(`ws://127.0.0.1:${port}/ws`);
    starter.send(BEGIN);
    await Promise.all(
      clients.map((client) => client.event('message_received', ({ content }) => content === BEGIN)),
    );
    await starter.close();
    const heard = await Promise.all(clients.map((client) => hear(client, 100)));
    for (const [at, mine] of heard.entries())
      expect(mine.map((line) => line.client_id)).not.toContain(ids[at]);
    for (const mine of heard) for (const yours of heard) expectOneOrder(mine, yours);
    await endAll();
  });

  test('a client that started before its server finds it', async () => {
    const port = await freePort();
    const [early, late] = [startClient(port), startClient(port)];
    await Promise.all([early.event('reconnecting'), late.event('reconnecting')]);
    await startHub(port);
    await Promise.all([hear(early, 2), hear(late, 2)]);
    await endAll();
  });

  test('both clients continue after their server was killed and restarted', async () => {
    const { hub, port } = await startHub();
    const clients = [startClient(port), startClient(port)];
    await Promise.all(clients.map((client) => hear(client, 2)));
    hub.signal('SIGKILL');
    await hub.exited;
    programs.splice(programs.indexOf(hub), 1);
    await Promise.all(clients.map((client) => client.event('disconnected')));
    await startHub(port);
    await Promise.all(clients.map((client) => hear(client, 2)));
    await endAll();
  });
});

async function hear(client: Program, count: number): Promise<LogLine[]> {
  const heard: LogLine[] = [];
  while (heard.length < count) heard.push(await client.event('message_received'));
  return heard;
}

/** Messages that both clients received arrived in the same order, and once. */
function expectOneOrder(mine: readonly LogLine[], yours: readonly LogLine[]): void {
  const key = (line: LogLine) => `${line.client_id} ${line.content}`;
  const [myKeys, yourKeys] = [mine.map(key), yours.map(key)];
  expect(new Set(myKeys).size).toBe(myKeys.length);
  const both = new Set(myKeys.filter((entry) => yourKeys.includes(entry)));
  if (mine !== yours) expect(both.size).toBeGreaterThan(0);
  expect(myKeys.filter((entry) => both.has(entry))).toEqual(yourKeys.filter((entry) => both.has(entry)));
}
