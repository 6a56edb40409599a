import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { keyOfTests } from '../testing/key-lines.js';
import { WatchedKeys } from '../testing/watched-keys.js';

const [first, second] = [keyOfTests(), keyOfTests()];
let watched: WatchedKeys;
beforeEach(() => {
  watched = new WatchedKeys();
});
afterEach(() => watched.end());

describe('a file of keys that can no longer be used', () => {
  const rejected = (reason: string) => [
    { event: 'api_keys_rejected', message: expect.stringContaining(reason), keys: 1 },
  ];

  test('leaves the former keys, with one line, and one when it is good again', async () => {
    await watched.start(first.line);
    watched.book.take();
    watched.replace('nonsense\n');
    await watched.look();
    expect(watched.book.take()).toEqual(rejected('line 1: it is not a JSON object'));
    writeFileSync(watched.path, 'more nonsense\n');
    await watched.look();
    await watched.look();
    expect([watched.knows(first), watched.book.take(), watched.gone]).toEqual([true, [], []]);
    watched.replace(first.line);
    await watched.look();
    expect(watched.book.take()).toEqual([{ event: 'api_keys_loaded', keys: 1 }]);
  });

  test('because it is gone leaves them, and is found when it is back, as it was', async () => {
    await watched.start(first.line);
    watched.book.take();
    renameSync(watched.mount, `${watched.mount}.away`);
    await watched.look();
    await watched.look();
    expect([watched.knows(first), watched.book.take()]).toEqual([true, rejected('ENOENT')]);
    renameSync(`${watched.mount}.away`, watched.mount);
    await watched.look();
    expect(watched.book.take()).toEqual([{ event: 'api_keys_loaded', keys: 1 }]);
  });

  test('because its last line is being written leaves them until that is complete', async () => {
    await watched.start(first.line);
    for (const part of [second.line.slice(0, 40), second.line.slice(40, -1), '\n']) {
      appendFileSync(watched.path, part);
      await watched.look();
      expect(watched.knows(first)).toBe(true);
    }
    expect([watched.knows(second), watched.gone]).toEqual([true, []]);
  });

  test('because it is being rewritten leaves them; when it stays empty there are none', async () => {
    await watched.start(first.line);
    writeFileSync(watched.path, '');
    await watched.look();
    expect(watched.knows(first)).toBe(true);
    writeFileSync(watched.path, first.line);
    await watched.look();
    expect(watched.gone).toEqual([]);
    writeFileSync(watched.path, '');
    await watched.look();
    expect(watched.knows(first)).toBe(true);
    await watched.look();
    expect([watched.knows(first), watched.gone]).toEqual([false, [[first.id]]]);
  });

  test('is not one that was replaced by an empty file', async () => {
    await watched.start(first.line);
    watched.replace('');
    await watched.look();
    expect([watched.knows(first), watched.gone]).toEqual([false, [[first.id]]]);
  });

  test('never has its keys or hashes in the log', async () => {
    await watched.start(first.line);
    watched.replace(first.line + second.line);
    await watched.look();
    for (const bad of [second.key, JSON.stringify({ ...JSON.parse(second.line), name: second.key })]) {
      watched.replace(`${first.line}${bad}\n`);
      await watched.look();
    }
    const text = JSON.stringify(watched.book.take());
    expect(text).toContain('api_keys_rejected');
    for (const { key, line } of [first, second])
      for (const part of [key, key.slice(13), JSON.parse(line).sha256]) expect(text).not.toContain(part);
  });
});
