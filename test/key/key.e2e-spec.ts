import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { hashOf, parseKeys } from '@ws-hub/nestjs/keys';
import { Program } from '@ws-hub/testing';
import { BIN } from '../talk/command.js';

const folder = mkdtempSync(join(tmpdir(), 'ws-hub-key-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Of each test another one, which is not there yet. */
let path: string;
let files = 0;
beforeEach(() => {
  path = join(folder, `keys-${++files}`);
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `ws-hub key` to its end, on the file of this test. */
async function run(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [BIN, 'key', ...args], {
    env: { API_KEYS_FILE: path },
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

/** Makes a key. */
async function create(name: string, allow = 'publish:>'): Promise<string> {
  const { code, stdout, stderr } = await run('create', name, '--allow', allow);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('the only time') });
  return stdout.trimEnd();
}

const content = () => readFileSync(path, 'utf8');
const keysNow = () => parseKeys(content(), path);
const idOf = (key: string) => key.slice(4, 12);

describe('ws-hub key create', () => {
  test('prints a key, of which the file has the hash, for its user alone', async () => {
    const { code, stdout, stderr } = await run(
      'create',
      'shop',
      '--allow',
      'publish:>, history:orders.*,admin:>',
    );
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^wsh_[a-z0-9]{8}_[\w-]{43}\n$/),
    });
    const key = stdout.trimEnd();
    expect(stderr).toMatch(
      /the only time that the key is shown.*a running hub reloads the file within 2 s\n$/,
    );
    expect(await keysNow()).toMatchObject([
      {
        id: idOf(key),
        name: 'shop',
        sha256: hashOf(key),
        allow: 'publish:>, history:orders.*, admin:>',
        isAdmin: true,
      },
    ]);
    expect(stderr + content()).not.toContain(key.slice(13));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('appends to what is there, also behind a line that nothing ends, and leaves its mode', async () => {
    const first = await create('shop');
    writeFileSync(path, content().trimEnd());
    chmodSync(path, 0o640);
    const second = await create('shop');
    expect((await keysNow()).map(({ id }) => id)).toEqual([first, second].map(idOf));
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  test('can be used by two at the same time', async () => {
    const keys = await Promise.all([create('shop'), create('desk')]);
    expect((await keysNow()).map(({ id }) => id).toSorted()).toEqual(keys.map(idOf).toSorted());
  });

  const bad = 'wsh_abcdefgh_0123456789012345678901234567890123456789012';
  test.each([
    [[bad, '--allow', 'publish:>'], 'NAME: a key is not allowed'],
    [
      ['shop', '--allow', 'publish:>', '--file', 'no/keys'],
      '"no/keys" cannot be written (its folder does not exist)',
    ],
    [['shop', '--allow', 'publish:>', '--file', '.'], '"." is not a regular file'],
  ])('with %j ends with 1, and makes nothing', async (args, message) => {
    const made = await run('create', ...args);
    expect(made).toEqual({ code: 1, stdout: '', stderr: expect.stringContaining(message) });
    expect(made.stderr.trim().split('\n')).toHaveLength(1);
    expect(made.stderr).not.toContain(bad);
    expect(readdirSync(folder).filter((name) => path.endsWith(name))).toEqual([]);
  });
});

describe('ws-hub key list', () => {
  test('prints a table, or JSON, without hashes', async () => {
    const [shop, desk] = [await create('shop', 'publish:orders.>'), await create('desk', 'admin:>')];
    const { stdout } = await run('list');
    const time = '\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z';
    const [head, ...rows] = stdout.trimEnd().split('\n');
    expect(head).toBe('id        name  allow             created');
    expect(rows).toEqual([
      expect.stringMatching(`^${idOf(shop)}  shop  publish:orders\\.>  ${time}$`),
      expect.stringMatching(`^${idOf(desk)}  desk  admin:>           ${time}$`),
    ]);
    const json = (await run('list', '--json')).stdout.trimEnd().split('\n');
    expect(json.map((line) => JSON.parse(line))).toEqual([
      { id: idOf(shop), name: 'shop', allow: 'publish:orders.>', created: expect.any(String) },
      { id: idOf(desk), name: 'desk', allow: 'admin:>', created: expect.any(String) },
    ]);
    expect(stdout + json.join()).not.toContain(hashOf(shop).toString('hex'));
  });

  test('of a file that is not there, or no file of keys, ends with 1', async () => {
    expect(await run('list')).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(`"${path}" cannot be read (ENOENT)`),
    });
    writeFileSync(path, '\nwsh_\n');
    for (const args of [['list'], ['revoke', 'shop'], ['create', 'shop', '--allow', 'publish:>']])
      expect(await run(...args)).toEqual({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining(
          `API_KEYS_FILE (--file): "${path}", line 2: it is not a JSON object; allowed: a file written by ws-hub key create`,
        ),
      });
  });
});

describe('ws-hub key revoke', () => {
  test('takes out all keys of a name, or the one of an id, and leaves the rest as it is', async () => {
    const [a, b, c] = [await create('shop'), await create('desk'), await create('shop')];
    const [, deskLine] = content().split('\n');
    chmodSync(path, 0o640);
    const byName = await run('revoke', 'shop');
    expect(byName).toMatchObject({ code: 0, stdout: '' });
    for (const key of [a, c]) expect(byName.stderr).toContain(`the key ${idOf(key)} of shop is revoked`);
    expect(byName.stderr).toContain('reloads the file within 2 s');
    expect([content(), statSync(path).mode & 0o777]).toEqual([`${deskLine}\n`, 0o640]);
    expect(await run('revoke', idOf(b))).toMatchObject({ code: 0 });
    expect(content()).toBe('');
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('behind a link changes what the link leads to', async () => {
    await create('shop');
    const target = path;
    path = join(folder, 'link');
    symlinkSync(target, path);
    expect(await run('revoke', 'shop')).toMatchObject({ code: 0 });
    expect([readFileSync(target, 'utf8'), readdirSync(folder, { withFileTypes: true })]).toEqual([
      '',
      expect.arrayContaining([expect.objectContaining({ name: 'link' })]),
    ]);
    expect(
      readdirSync(folder, { withFileTypes: true })
        .find(({ name }) => name === 'link')
        ?.isSymbolicLink(),
    ).toBe(true);
  });

  test('of what is not there ends with 1, and given a key does not repeat it', async () => {
    const key = await create('shop');
    const before = content();
    expect(await run('revoke', 'till')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('has no key with the name or id "till"'),
    });
    const { code, stderr } = await run('revoke', key);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('a key is not allowed') });
    expect(stderr).not.toContain(key);
    expect(content()).toBe(before);
  });
});

describe('a hub with a file of keys', () => {
  const start = () =>
    Program.start(['server', '--host', '127.0.0.1', '--port', '0', '--metrics-port', '0'], {
      API_KEYS_FILE: path,
    });

  test('knows what is created and revoked while it runs', async () => {
    const first = await create('shop');
    const hub = start();
    try {
      expect(await hub.event('api_keys_loaded')).toMatchObject({ keys: 1, added: [`shop ${idOf(first)}`] });
      await hub.event('listening');
      const second = await create('desk');
      expect(await hub.event('api_keys_loaded')).toMatchObject({ keys: 2, added: [`desk ${idOf(second)}`] });
      await run('revoke', 'shop');
      expect(await hub.event('api_keys_loaded')).toMatchObject({ keys: 1, removed: [`shop ${idOf(first)}`] });
      hub.signal('SIGTERM');
      expect((await hub.exited).code).toBe(0);
    } finally {
      await hub.kill();
    }
  });

  test('that is missing or bad does not start, and says why in one line', async () => {
    const refused = async (reason: string) => {
      const hub = start();
      const { code } = await hub.exited;
      expect({ code, text: hub.text, stderr: hub.stderr }).toEqual({
        code: 1,
        text: [],
        stderr: `ws-hub server: API_KEYS_FILE (--api-keys-file): "${path}"${reason}; allowed: a file written by ws-hub key create\n`,
      });
    };
    await refused(' cannot be read (ENOENT)');
    const key = await create('shop');
    writeFileSync(path, `${content()}${key}\n`);
    await refused(', line 2: it is not a JSON object');
  });
});
