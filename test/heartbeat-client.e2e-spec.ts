import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';
import { CuttingProxy, Program, startHubProgram, V1Client } from '@ws-hub/testing';

const BIN = fileURLToPath(new URL('../bin/ws-hub.js', import.meta.url));
const MESSAGES = 200;
const CUT_EVERY = 20;

const programs: Program[] = [];
afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.kill()));
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

test('the heartbeat client ends with 0, and tells the hub so, when the reader of its pipe has gone', async () => {
  const { hub, url } = await startHubProgram();
  programs.push(hub);
  const pipe = `{ "$0" "$@"; echo "code $?" >&2; } | head -n 1`;
  const args = [process.execPath, BIN, 'client', '--url', url, '--interval', '100'];
  const shell = spawn('sh', ['-c', pipe, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  shell.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  await once(shell, 'close');
  expect(stderr).toBe('code 0\n');
  expect(await hub.event('client_disconnected')).toMatchObject({ code: 1000 });
});
