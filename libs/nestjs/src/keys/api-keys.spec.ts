import {
  appendFileSync,
  mkdirSync,
  renameSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Guard } from '@ws-hub/hub';
import { keyOfTests } from '../testing/key-lines.js';
import { WatchedKeys } from '../testing/watched-keys.js';
import { hashOf, makeKey } from './api-key.js';
import { ApiKeys } from './api-keys.js';

const [first, second, third] = [keyOfTests(), keyOfTests(), keyOfTests({ name: 'desk' })];
let watched: WatchedKeys;
beforeEach(() => {
  watched = new WatchedKeys();
});
afterEach(() => watched.end());

describe('API keys', () => {
  test('are found by the whole key alone', async () => {
    await watched.start(first.line);
    expect(watched.keys.find(first.key)).toMatchObject({ id: first.id, name: 'shop' });
    const last = first.key.at(-1) === 'A' ? 'B' : 'A';
    for (const other of [first.key.slice(0, -1) + last, `${first.key} `, first.id, '', makeKey().key])
      expect(watched.keys.find(other)).toBeUndefined();
    // The same id with another secret.
    expect(watched.keys.find(`wsh_${first.id}_${makeKey().key.slice(13)}`)).toBeUndefined();
    expect(watched.book.take()).toEqual([{ event: 'api_keys_loaded', keys: 1, added: [`shop ${first.id}`] }]);
  });

  test('do not exist without a file', async () => {
    const none = new ApiKeys({ apiKeysFile: '' }, watched.book, new Guard(watched.events));
    await none.onModuleInit();
    expect(none.find(first.key)).toBeUndefined();
  });

  test.each([
    ['nonsense\n', /^"[^"]+keys", line 1: it is not a JSON object$/],
    [`${first.line}{"id"`, /^"[^"]+keys", line 2: it is not complete$/],
  ])('in a file that has %j stop the start', async (content, message) => {
    await expect(watched.start(content)).rejects.toThrow(message);
    expect(watched.book.take()).toEqual([]);
  });

  test('in a file that is not there stop the start', async () => {
    await expect(watched.start(undefined)).rejects.toThrow(/keys" cannot be read \(ENOENT\)$/);
  });
});

describe('a file of keys that changes', () => {
  test('is read again: a new key counts, a removed one does not, and its listeners are notified', async () => {
    await watched.start(first.line + second.line);
    watched.book.take();
    appendFileSync(watched.path, third.line);
    await watched.look();
    expect([first, second, third].map((each) => watched.knows(each))).toEqual([true, true, true]);
    expect([watched.book.take(), watched.gone]).toEqual([
      [{ event: 'api_keys_loaded', keys: 3, added: [`desk ${third.id}`] }],
      [],
    ]);
    watched.replace(second.line + third.line);
    await watched.look();
    expect([first, second, third].map((each) => watched.knows(each))).toEqual([false, true, true]);
    expect(watched.book.take()).toEqual([
      { event: 'api_keys_loaded', keys: 2, removed: [`shop ${first.id}`] },
    ]);
    expect(watched.gone).toEqual([[first.id]]);
  });

  test.each([
    ['rights', { allow: 'history:>' }],
    ['name', { name: 'till' }],
    ['hash', { sha256: hashOf('another').toString('hex') }],
  ])('may give a key another %s: what it was counts no more', async (_what, members) => {
    await watched.start(first.line);
    watched.book.take();
    watched.replace(`${JSON.stringify({ ...JSON.parse(first.line), ...members })}\n`);
    await watched.look();
    const [line] = watched.book.take();
    expect(line).toMatchObject({
      event: 'api_keys_loaded',
      keys: 1,
      changed: [expect.stringContaining(first.id)],
    });
    expect(watched.gone).toEqual([[first.id]]);
  });

  test('without changes is not reported', async () => {
    await watched.start(first.line + second.line);
    watched.book.take();
    utimesSync(watched.path, 1, 1);
    await watched.look();
    watched.replace(`\n${second.line}${first.line}`);
    await watched.look();
    expect([watched.book.take(), watched.gone]).toEqual([[], []]);
  });

  test('of the same size and time is read all the same', async () => {
    await watched.start(first.line);
    const { atime, mtime } = statSync(watched.path);
    writeFileSync(`${watched.path}.new`, second.line);
    utimesSync(`${watched.path}.new`, atime, mtime);
    renameSync(`${watched.path}.new`, watched.path);
    await watched.look();
    expect([first, second].map((each) => watched.knows(each))).toEqual([false, true]);
  });

  test('behind links that are led elsewhere is read there, as Kubernetes changes secrets', async () => {
    for (const [name, line] of [
      ['v1', first.line],
      ['v2', second.line],
    ] as const) {
      mkdirSync(join(watched.mount, name));
      writeFileSync(join(watched.mount, name, 'keys'), line);
    }
    symlinkSync('v1', join(watched.mount, '..data'));
    symlinkSync(join('..data', 'keys'), watched.path);
    await watched.start(undefined);
    expect([first, second].map((each) => watched.knows(each))).toEqual([true, false]);
    symlinkSync('v2', join(watched.mount, '..new'));
    renameSync(join(watched.mount, '..new'), join(watched.mount, '..data'));
    await watched.look();
    expect([first, second].map((each) => watched.knows(each))).toEqual([false, true]);
  });

  test('names 20 keys in its line, and how many more there are', async () => {
    await watched.start(Array.from({ length: 25 }, () => keyOfTests().line).join(''));
    const added = watched.book.take()[0]?.added as string[];
    expect([added.length, added.at(-1)]).toEqual([21, '5 more']);
  });

  test('does no harm when its listener throws', async () => {
    const told: string[] = [];
    watched.events.attach({ failed: (what) => told.push(what) });
    await watched.start(first.line);
    watched.keys.onGone = () => {
      throw new Error('a bug');
    };
    watched.replace(second.line);
    await watched.look();
    expect([told, watched.knows(second)]).toEqual([['api keys'], true]);
  });
});
