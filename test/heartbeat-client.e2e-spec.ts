import { afterEach, expect, test } from '@jest/globals';
import { CuttingProxy, Program, startHubProgram, V1Client } from '@ws-hub/testing';
import { Command } from './talk/command.js';

const MESSAGES = 200;
const CUT_EVERY = 20;

const programs: Program[] = [];
const commands: Command[] = [];
afterEach(async () => {
  await Promise.all([...programs.splice(0), ...commands.splice(0)].map((each) => each.kill()));
});

test('the heartbeat client logs each message once and in order, however often it is cut off', async () => {
  const { hub, port, url } = await startHubProgram();
  const proxy = await CuttingProxy.before(port);
  const client = Program.start(
    ['client', '--url', `ws://127.0.0.1:${proxy.port}/ws`, '--reconnect-delay', '10', '--interval', '60000'],
    {},
  );
  programs.push(hub, client);
  await client.event('connected');
  const talker = await V1Client.join(url);
  const heard: string[] = [];
  for (let n = 0; n < MESSAGES; n++) {
    talker.publish(`k${n}`, String(n));
    await talker.next('ack');
    if (n % CUT_EVERY === CUT_EVERY / 2) proxy.cut();
  }
  while (heard.length < MESSAGES) heard.push(String((await client.event('message_received')).content));
  talker.publish('last', 'the last one');
  heard.push(String((await client.event('message_received')).content));
  expect(heard).toEqual([...Array.from({ length: MESSAGES }, (_, n) => String(n)), 'the last one']);
  await proxy.close();
});

test('the heartbeat client says whether it recovered, but not at its first connection', async () => {
  const { hub, port } = await startHubProgram();
  const proxy = await CuttingProxy.before(port);
  const url = `ws://127.0.0.1:${proxy.port}/ws`;
  const client = Program.start(['client', '--url', url, '--reconnect-delay', '10'], {});
  programs.push(hub, client);
  expect(await client.event('connected')).not.toHaveProperty('recovered');
  proxy.cut();
  expect(await client.event('connected')).toMatchObject({ recovered: true });
  await proxy.close();
});

test('the heartbeat client logs once which URL to try where its own lacks the path of the hub', async () => {
  const { hub, port, url } = await startHubProgram();
  const client = Program.start(
    ['client', '--url', `ws://127.0.0.1:${port}`, '--reconnect-delay', '10', '--reconnect-max-delay', '10'],
    {},
  );
  programs.push(hub, client);
  const hint = `the hub listens at /ws: try ${url}`;
  expect(await client.event('disconnected')).toMatchObject({ http_status: 404, hint });
  expect(await client.event('disconnected')).not.toHaveProperty('hint');
});

test('the heartbeat client exits with 0, and closes its connection, when the reader of its pipe has gone', async () => {
  const { hub, url } = await startHubProgram();
  programs.push(hub);
  const shell = Command.shell(
    `{ ws_hub client --url ${url} --interval 100; echo "code $?" >&2; } | head -n 1`,
  );
  commands.push(shell);
  await shell.exited;
  expect(shell.stderr).toBe('code 0\n');
  expect(await hub.event('client_disconnected')).toMatchObject({ code: 1000 });
});
