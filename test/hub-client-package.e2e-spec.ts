import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Program } from '@ws-hub/testing';

const FOLDER = fileURLToPath(new URL('../libs/hub-client', import.meta.url));

/** What somebody writes who has installed the package; it is imported by its name. */
const TALK = `
  import { HubClient } from '@ws-hub/hub-client';
  const [alice, bob] = [1, 2].map(() => new HubClient({ url: process.argv[1] }));
  const connected = (client) => new Promise((resolve) => client.on('connected', resolve));
  const both = [alice, bob].map(connected);
  alice.start();
  bob.start();
  await Promise.all(both);
  const messages = bob.messages();
  await alice.publish('hello');
  await alice.publish('again');
  const heard = [];
  for await (const { content, channel, client_id } of messages) {
    heard.push({ content, channel, isFromAlice: client_id === alice.clientId });
    if (heard.length === 2) break;
  }
  await Promise.all([alice.close(), bob.close()]);
  console.log(JSON.stringify(heard));
`;

/** A loop that answers messages, behind more of them than may wait for it. */
const ANSWER = `
  import { HubClient } from '@ws-hub/hub-client';
  const count = 6_000;
  const alice = new HubClient({ url: process.argv[1], channels: [] });
  const bob = new HubClient({ url: process.argv[1] });
  const both = [alice, bob].map((client) => new Promise((resolve) => client.on('connected', resolve)));
  alice.start();
  bob.start();
  await Promise.all(both);
  const messages = bob.messages();
  const gaps = [];
  bob.on('gap', (since) => gaps.push(since));
  for (let at = 0; at < count; at += 500)
    await Promise.all(Array.from({ length: 500 }, (_, index) => alice.publish(String(at + index))));
  const heard = [];
  for await (const { content } of messages) {
    heard.push(Number(content));
    if (heard.length % 20 === 1) await bob.publish('answer to ' + content);
    if (heard.length === count) break;
  }
  await Promise.all([alice.close(), bob.close()]);
  console.log(JSON.stringify({ count: heard.length, isInOrder: heard.every((n, at) => n === at), gaps }));
`;

const BROWSER = `
  import * as all from '@ws-hub/hub-client/browser';
  console.log(JSON.stringify(Object.keys(all).sort()));
`;

/** Runs a program in the folder of the package, which can import itself by its name. */
async function run(code: string, ...args: string[]): Promise<unknown> {
  const flags = ['--input-type=module', '--eval', code, '--', ...args];
  const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd: FOLDER, timeout: 30_000 });
  return JSON.parse(stdout);
}

describe('the package of the client library, as it was built', () => {
  const programs: Program[] = [];
  afterEach(async () => {
    await Promise.all(programs.splice(0).map((program) => program.kill()));
  });

  test('needs nothing of this repository but the protocol', () => {
    const files = readdirSync(join(FOLDER, 'dist'), { recursive: true, encoding: 'utf8' });
    const code = files.filter((name) => /\.(js|d\.ts)$/.test(name));
    expect(code.length).toBeGreaterThan(20);
    const imports = code.flatMap((name) =>
      [...readFileSync(join(FOLDER, 'dist', name), 'utf8').matchAll(/(?:from|import) '([^.'][^']*)'/g)].map(
        ([, target]) => target,
      ),
    );
    expect(new Set(imports)).toEqual(new Set(['@ws-hub/protocol', 'ws']));
    expect(code.filter((name) => /\.spec\.|testing/.test(name))).toEqual([]);
  });

  test('talks through a hub', async () => {
    const hub = Program.start(['server', '--host', '127.0.0.1', '--port', '0', '--metrics-port', '0']);
    programs.push(hub);
    const { port } = await hub.event('listening');
    expect(await run(TALK, `ws://127.0.0.1:${port}/ws?channel=lobby`)).toEqual([
      { content: 'hello', channel: 'lobby', isFromAlice: true },
      { content: 'again', channel: 'lobby', isFromAlice: true },
    ]);
  });

  test('answers messages of a backlog in its loop, and waits for each answer to be stored', async () => {
    const hub = Program.start(['server', '--host', '127.0.0.1', '--port', '0', '--metrics-port', '0']);
    programs.push(hub);
    const { port } = await hub.event('listening');
    expect(await run(ANSWER, `ws://127.0.0.1:${port}/ws`)).toEqual({
      count: 6_000,
      isInOrder: true,
      gaps: [],
    });
  });

  test('has an entry for browsers', async () => {
    expect(await run(BROWSER)).toEqual([
      'HubClient',
      'HubError',
      'PublishError',
      'backoffMs',
      'browserTransport',
    ]);
  });
});
