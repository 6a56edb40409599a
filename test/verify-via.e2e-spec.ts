import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type HubProgram, KeyFile, startHubProgram } from '@ws-hub/testing';
import { EXIT } from '../apps/verify/src/config/exit-codes.js';
import { HttpHub, type Tell } from './verify/http-hub.js';
import { SMALL, verify } from './verify/run-verify.js';

const everybody: Tell = (listeners, event) => {
  for (const listener of listeners) listener.write(event);
};

/** The first listener gets all messages in order, the others get some after the next one. */
function swapped(): Tell {
  let held = '';
  return ([first, ...others], event, n) => {
    const isLate = n % 100 === 7;
    if (first) everybody([first], event, n);
    everybody(others, isLate ? '' : event + held, n);
    held = isLate ? event : '';
  };
}

describe('ws-hub verify --via', () => {
  const keys = new KeyFile();
  const hubs: HttpHub[] = [];
  let folder: string;
  let keyFile: string;
  let hub: HubProgram;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ws-hub-via-'));
    keyFile = join(folder, 'key');
    await writeFile(keyFile, keys.add('tool', 'subscribe:>, publish:>'));
    hub = await startHubProgram('--api-keys-file', keys.path);
  });
  afterEach(() => {
    for (const each of hubs.splice(0)) each.stop();
  });
  afterAll(async () => {
    await hub?.hub.kill();
    await rm(folder, { recursive: true });
  });

  /** A run over HTTP alone, with a hub controlled by the test. */
  async function judged(tell: Tell, losesAnswer?: (n: number) => boolean) {
    const wrong = await HttpHub.start(tell, losesAnswer);
    hubs.push(wrong);
    const flags = ['--via', 'http,sse', '--api-key-file', keyFile, '--cut-every', '0', '--stall-every', '0'];
    const { code, stdout } = await verify('--url', wrong.url, ...SMALL, ...flags);
    return { code, result: JSON.parse(stdout) };
  }

  test('finds that a hub keeps its promise to clients of all kinds while they are cut off and stall', async () => {
    const { code, stdout, stderr } = await verify(
      ...['--url', hub.url, '--via', 'ws,http,sse', '--api-key-file', keyFile, '--clients', '9'],
      ...['--messages', '1600', '--rate', '400', '--cut-every', '5', '--stall-every', '300', '--json'],
    );
    const result = JSON.parse(stdout);
    // Each of the 1,600 is delivered to all but its sender, if the hub sees that as one client: to two of the
    // publishers.
    expect(result).toMatchObject({
      ...{ dialect: 'hub.v1', via: ['ws', 'http', 'sse'], published: 1_600, acked: 1_600, gaps: 0 },
      ...{ lost: 0, outstanding: 0, duplicate: 0, outOfOrder: 0, echoed: 0, misplaced: 0, malformed: 0 },
      ...{ foreign: 0, delivered: 9 * 1_600 - 2 * 200, faults: [], doubts: [] },
    });
    expect(stderr).toMatch(/^9 clients via ws, http, sse, /);
    expect(code).toBe(EXIT.held);
  });

  test('holds an HTTP-only hub to the same promise', async () => {
    const { code, result } = await judged(everybody);
    expect(result).toMatchObject({ delivered: 8 * 400, acked: 400, faults: [], doubts: [] });
    expect(code).toBe(EXIT.held);
  });

  test.each<[string, Tell]>([
    [
      'lost',
      ([first, ...others], event, n) =>
        everybody(n % 100 === 7 || !first ? others : [first, ...others], event, n),
    ],
    ['duplicate', (listeners, event, n) => everybody(listeners, n % 100 === 7 ? event + event : event, n)],
    ['outOfOrder', swapped()],
  ])('finds what is %s', async (fault, tell) => {
    const { code, result } = await judged(tell);
    expect(result[fault]).toBeGreaterThan(0);
    expect(code).toBe(EXIT.broken);
  });

  test('finds a hub that does not recognize retries', async () => {
    const { code, result } = await judged(everybody, (n) => n % 10 === 7);
    expect(result.duplicate).toBeGreaterThan(0);
    expect(code).toBe(EXIT.broken);
  });

  test('says in one line that the hub rejects the key', async () => {
    const file = join(folder, 'other');
    await writeFile(file, 'wsh_no');
    const flags = ['--via', 'http,sse', '--api-key-file', file, '--clients', '2'];
    const { code, stderr } = await verify(
      '--url',
      hub.url.replace('ws', 'http').replace('/ws', ''),
      ...flags,
    );
    expect(stderr).toMatch(
      /^ws-hub verify: 2 of 2 clients could not connect within 30000 ms: HTTP 401 .*\n$/,
    );
    expect(code).toBe(EXIT.noPermission);
  });

  test.each([
    [
      ['--via', 'ws,http', '--url', 'http://127.0.0.1:1'],
      '--url: http:// and https:// require --via http,sse; ',
    ],
    [['--api-key-file', 'x'], 'API_KEY_FILE (--api-key-file): an API key requires HTTP; allowed: '],
    [
      ['--via', 'smoke'],
      '--via: "smoke" is not allowed; allowed: ws, http, sse, one or more, comma-separated',
    ],
    [
      ['--via', 'http', '--api-key-file', '/nowhere'],
      'API_KEY_FILE (--api-key-file): "/nowhere" cannot be read',
    ],
  ])('%j is refused in one line', async (flags, why) => {
    const { code, stderr } = await verify(...flags);
    expect(stderr).toContain(`ws-hub verify: ${why}`);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(code).toBe(EXIT.usage);
  });
});
