import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { AnsweringServer, issuer, secretSigner } from '@ws-hub/testing';
import { BIN } from '../talk/command.js';

const SECRET = 'oak-lamp-river-violin-quartz-72-moss';
const folder = mkdtempSync(join(tmpdir(), 'ws-hub-token-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const JWT_SECRET_FILE = file('secret', `${SECRET}\n`);

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function started(args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, [BIN, 'token', ...args], { env, cwd: folder });
}

function ended(child: ChildProcess): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Runs `ws-hub token` to its end. */
function run(
  args: readonly string[],
  env: NodeJS.ProcessEnv = { JWT_SECRET_FILE },
  input = '',
): Promise<Ended> {
  const child = started(args, env);
  child.stdin?.on('error', () => undefined).end(input);
  return ended(child);
}

const NOW_S = Math.floor(Date.now() / 1000);
const CLAIMS = {
  sub: 'ann',
  exp: NOW_S + 600,
  hub: [{ match: 'room.*', allow: ['subscribe', 'history'] }],
};

describe('ws-hub token make', () => {
  test('prints a token that token check finds valid, and that says what it was told', async () => {
    const flags = [
      '--user',
      'ann',
      '--allow',
      'subscribe:room.>,publish:room.*',
      '--id',
      't-1',
      '--expires-in',
      '60000',
    ];
    const made = await run(['make', ...flags]);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const payload = JSON.parse(Buffer.from(made.stdout.split('.')[1] as string, 'base64url').toString());
    expect(payload).toMatchObject({ sub: 'ann', jti: 't-1', exp: payload.iat + 60 });
    const checked = await run(['check', '-', '--channel', 'room.7'], undefined, made.stdout);
    expect(checked.code).toBe(0);
    expect(checked.stdout).toMatch(/^valid: the hub accepts this token\n/);
    expect(checked.stdout).toMatch(/^ {2}user {10}ann$/m);
    expect(checked.stdout).toMatch(/^ {2}rights {8}subscribe: room\.>$/m);
    expect(checked.stdout).toMatch(/^ {2}on room\.7 {5}subscribe, publish$/m);
    expect(checked.stdout).toMatch(new RegExp(`until +${new Date(payload.exp * 1000).toISOString()}`));
  });

  test('names issuer and audience, and picks an algorithm, as the hub wants it', async () => {
    const env = {
      JWT_SECRET_FILE,
      JWT_ISSUER: 'https://id.test',
      JWT_AUDIENCE: 'hub',
      JWT_ALGORITHMS: 'HS512',
    };
    const { stdout } = await run(['make', '--user', 'ann'], env);
    expect((await run(['check', '-'], env, stdout)).code).toBe(0);
    expect((await run(['check', '-'], { ...env, JWT_AUDIENCE: 'other' }, stdout)).code).toBe(65);
  });

  test.each([
    [[], {}, 'WS_TOKEN_USER (--user): must be set'],
    [['--user', 'ann'], { JWT_SECRET_FILE: '' }, 'JWT_SECRET (or JWT_SECRET_FILE): must be set'],
    [['--user', 'ann', '--allow', 'talk:a'], {}, '--allow: "talk:a" is not allowed'],
    [['--user', 'ann', '--jwt-algorithms', 'RS256'], {}, 'none of these uses a secret'],
    [
      ['--user', 'ann', '--expires-in', '60001'],
      { JWT_MAX_LIFETIME: '60000' },
      'allowed: at most JWT_MAX_LIFETIME (--jwt-max-lifetime), which is 60000',
    ],
    [
      ['--user', 'ann', '--jwt-secret', SECRET],
      {},
      '--jwt-secret: a secret is not allowed on a command line',
    ],
  ])('with %j and %j ends with 1', async (flags, env, message) => {
    const made = await run(['make', ...flags], { JWT_SECRET_FILE, ...env });
    expect(made).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(message) });
    expect(made.stderr).not.toContain(SECRET);
  });
});

describe('ws-hub token check', () => {
  test('names each check that fails, and never prints the token', async () => {
    const token = await secretSigner('another'.repeat(6))({
      ...CLAIMS,
      exp: NOW_S - 600,
      hub: [{ match: '*.' }],
    });
    const { code, stdout, stderr } = await run(['check', file('bad.token', `${token}\n`)]);
    expect(code).toBe(65);
    const failed = stdout.split('\n').filter((line) => line.includes('FAILED'));
    expect(failed.map((line) => line.trim().split(' ')[0])).toEqual(['signature', 'expiry', 'rights']);
    expect(stdout).toMatch(/^not valid: the signature is wrong\n/);
    expect(stdout).toContain('hub[0].match: "*." is not allowed');
    for (const part of token.split('.')) expect(stdout + stderr).not.toContain(part);
  });

  test('with a user that steers a terminal writes that out', async () => {
    const token = await secretSigner(SECRET)({ ...CLAIMS, sub: 'ann\u202e' });
    const { stdout } = await run(['check', '-'], undefined, token);
    expect(stdout).toContain('ann\\u202e');
  });

  test('goes by a key set, and cannot tell when that is out of reach', async () => {
    const { sign, jwk } = await issuer('ES256');
    const server = await AnsweringServer.start(() => ({ body: JSON.stringify({ keys: [jwk] }) }));
    const env = { JWT_JWKS_URL: server.url, JWT_ISSUER: 'https://id.test', JWT_AUDIENCE: 'hub' };
    const token = await sign({ ...CLAIMS, iss: 'https://id.test', aud: 'hub' });
    expect(await run(['check', '-'], env, token)).toMatchObject({ code: 0, stderr: '' });
    server.behaviour = () => ({ status: 500, body: '' });
    const unknown = await run(['check', '-'], env, token);
    expect(unknown).toMatchObject({ code: 69, stdout: expect.stringMatching(/^not known: /) });
    await server.stop();
  });

  test('asks the webhook where there is one', async () => {
    const server = await AnsweringServer.start(() => ({
      body: JSON.stringify({ user: 'ann', hub: CLAIMS.hub }),
    }));
    const env = { AUTH_WEBHOOK_URL: server.url, AUTH_WEBHOOK_SECRET: SECRET };
    const good = await run(['check', '-', '--channel', 'room.1'], env, 'opaque');
    expect(good).toMatchObject({ code: 0, stdout: expect.stringMatching(/on room\.1 +subscribe, history/) });
    server.behaviour = () => ({ status: 403, body: '{"reason":"blocked"}' });
    expect(await run(['check', '-'], env, 'opaque')).toMatchObject({
      code: 65,
      stdout: expect.stringMatching(/^not valid: blocked/),
    });
    await server.stop();
  });

  test.each([
    [[], { JWT_SECRET_FILE }, 'one file is required'],
    [['a', 'b'], { JWT_SECRET_FILE }, 'one file is required'],
    [['/nowhere/token'], { JWT_SECRET_FILE }, '"/nowhere/token" cannot be read (ENOENT)'],
    [['-'], { JWT_SECRET_FILE }, 'stdin is empty'],
    [['-'], {}, 'no key to verify tokens with is set'],
    [['-', '--channel', 'a b'], { JWT_SECRET_FILE }, '--channel: "a b" is not allowed'],
    [
      ['-', '--jwt-jwks-url', 'http://id.test/'],
      {},
      'JWT_JWKS_URL (--jwt-jwks-url): this value is not allowed',
    ],
  ])('with %j and %j ends with 1', async (args, env, message) => {
    const checked = await run(['check', ...args], env);
    expect(checked).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(message) });
  });

  test('given the token in place of its file does not print it', async () => {
    const token = await secretSigner(SECRET)(CLAIMS);
    const { code, stderr } = await run(['check', token]);
    expect(code).toBe(1);
    expect(stderr).toContain('a token is not taken from the command line: this file cannot be read');
    expect(stderr).not.toContain(token.slice(-20));
  });

  test('that is interrupted has found nothing valid', async () => {
    const server = await AnsweringServer.start(() => 'silence');
    const env = { AUTH_WEBHOOK_URL: server.url, AUTH_WEBHOOK_SECRET: SECRET };
    const child = started(['check', '-'], env);
    child.stdin?.end('opaque');
    const end = ended(child);
    await server.asked.next();
    child.kill('SIGTERM');
    expect(await end).toEqual({ code: 143, stdout: '', stderr: '' });
    await server.stop();
  });
});

test('ws-hub names both, and neither by half', async () => {
  expect(await run([])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('token check, token make'),
  });
  for (const command of ['check', 'make'])
    expect((await run([command, '--help'])).stdout).toContain(`ws-hub token ${command}: `);
});
