import { randomBytes } from 'node:crypto';
import { chownSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { hashOf, MAX_KEYS, makeKey } from '@ws-hub/nestjs/keys';
import { append } from './create/append.js';
import { readKeys } from './key-file.js';
import { whileLocked } from './lock.js';
import { revoke } from './revoke/revoke.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ws-hub-key-'));
  path = join(folder, 'keys');
});
afterEach(() => rmSync(folder, { recursive: true }));

function lineOf(name: string): string {
  const { key, id } = makeKey();
  const created = new Date().toISOString();
  return JSON.stringify({ id, name, sha256: hashOf(key).toString('hex'), allow: 'publish:>', created });
}

const names = async () => (await readKeys(path)).keys.map(({ name }) => name).toSorted();

test('keys that are created and revoked at the same time are each there once, or gone', async () => {
  const numbers = Array.from({ length: 12 }, (_, at) => String(at).padStart(2, '0'));
  await Promise.all(numbers.map((at) => append(path, lineOf(`old-${at}`))));
  const created = numbers.map((at) => append(path, lineOf(`new-${at}`)));
  const revoked = numbers.map((at) => revoke(path, `old-${at}`));
  await Promise.all([...created, ...revoked]);
  expect(await names()).toEqual(numbers.map((at) => `new-${at}`));
  expect(readdirSync(folder)).toEqual(['keys']);
});

test('a lock that was left behind is named', async () => {
  writeFileSync(`${path}.lock`, '');
  await expect(whileLocked(path, async () => undefined, 20)).rejects.toThrow(
    `"${path}.lock" exists: another ws-hub key command is running; if none is, remove the file`,
  );
  expect(readdirSync(folder)).toEqual(['keys.lock']);
});

test('links to one file have one lock', async () => {
  await append(path, lineOf('shop'));
  symlinkSync(path, `${path}-link`);
  const names = await whileLocked(`${path}-link`, async () => readdirSync(folder));
  expect(names.toSorted()).toEqual(['keys', 'keys-link', 'keys.lock']);
});

test('a name goes before an id', async () => {
  const id = lineOf('shop');
  await append(path, id);
  await append(path, lineOf(JSON.parse(id).id));
  await revoke(path, JSON.parse(id).id);
  expect(await names()).toEqual(['shop']);
});

test('the owner of a file stays when root revokes', async () => {
  await append(path, lineOf('shop'));
  const uid = process.getuid?.() === 0 ? 12_345 : statSync(path).uid;
  chownSync(path, uid, statSync(path).gid);
  await revoke(path, 'shop');
  expect(statSync(path)).toMatchObject({ uid, size: 0 });
});

test('a full file takes no key more: a hub would not read it', async () => {
  const { id: _, ...line } = JSON.parse(lineOf('shop'));
  const ids = new Set<string>();
  while (ids.size < MAX_KEYS) ids.add(randomBytes(4).toString('hex'));
  writeFileSync(path, [...ids].map((id) => `${JSON.stringify({ id, ...line })}\n`).join(''));
  const { size } = statSync(path);
  await expect(append(path, lineOf('shop'))).rejects.toThrow(
    'API_KEYS_FILE (--file): the file is full; allowed: 10000 keys',
  );
  expect(statSync(path).size).toBe(size);
});
