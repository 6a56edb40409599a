import { once } from 'node:events';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { freePort, Program } from '@ws-hub/testing';

/** Runs a command that is to end by itself. */
async function run(args: string[], env: NodeJS.ProcessEnv = {}, cwd?: string) {
  const program = Program.start(args, env, cwd);
  const { code } = await program.exited;
  return { code, stderr: program.stderr, stdout: program.text.join('\n') };
}

describe('ws-hub', () => {
  test('prints its help and its version', async () => {
    const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
    expect(await run(['--version'])).toEqual({ code: 0, stderr: '', stdout: version });
    expect((await run(['--help'])).stdout).toContain('ws-hub server');
    expect(await run(['help'])).toEqual(await run(['--help']));
    expect((await run(['server', '--help'])).stdout).toMatch(/--port +PORT .*\(default: 8080\)/);
    expect((await run(['client', '--help'])).stdout).toMatch(
      /--url +WS_CLIENT_URL .*\(default: ws:\/\/localhost:8080\/ws\)/,
    );
  });

  test('prints the help of a command, and the commands of a group', async () => {
    expect(await run(['help', 'server'])).toEqual(await run(['server', '--help']));
    expect((await run(['help', 'token', 'make'])).stdout).toMatch(/^ws-hub token make: /);
    const { code, stdout } = await run(['help', 'token']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/token check .*\n.*token make /);
    expect(stdout).not.toContain('ws-hub server');
  });

  test('prints its help without a command, which is not a success', async () => {
    const { stdout } = await run(['--help']);
    expect(await run([])).toEqual({ code: 1, stderr: '', stdout });
  });

  test.each([
    'server',
    'client',
    'listen',
    'send',
    'verify',
    'token check',
    'token make',
    'key create',
    'key list',
    'key revoke',
    'password',
    'explain',
  ])('%s --version prints the version', async (command) => {
    const words = command.split(' ');
    const version = await run(['--version']);
    expect(await run([...words, '--version'])).toEqual(version);
    expect(await run([...words, '-v'])).toEqual(version);
  });

  test.each([
    [
      ['server', '--port', 'abc'],
      {},
      '--port: "abc" is not allowed; allowed: a whole number from 0 to 65535',
    ],
    [['server'], { PORT: '-1' }, 'PORT: "-1" is not allowed'],
    [['server', '--colour', 'red'], {}, 'unknown flag --colour; see ws-hub server --help'],
    [['server', '--prot', '1'], {}, 'unknown flag --prot; did you mean --port? See ws-hub server --help'],
    [
      ['server', '--log-level', 'inof'],
      {},
      '--log-level: "inof" is not allowed; did you mean info? Allowed:',
    ],
    [['server', '--log-level', 'loud'], {}, '--log-level: "loud" is not allowed; allowed: one of silent'],
    [
      ['server', '--host', 'nowhere.invalid'],
      {},
      'HOST (--host): "nowhere.invalid" cannot be bound (ENOTFOUND)',
    ],
    [
      ['client'],
      { WS_CLIENT_URL: 'http://localhost' },
      'WS_CLIENT_URL: "http://localhost" is not allowed; allowed: a URL that starts with ws:// or wss://',
    ],
    [['client', '--interval', '0'], {}, '--interval: "0" is not allowed; allowed: milliseconds'],
    [
      ['client', '--reconnect-delay', '2000', '--reconnect-max-delay', '1000'],
      {},
      'WS_CLIENT_RECONNECT_MAX_DELAY',
    ],
    [['nonsense'], {}, 'unknown command "nonsense"; see ws-hub help'],
    [['sever'], {}, 'unknown command "sever"; did you mean server? See ws-hub help'],
    [['token', 'mkae'], {}, 'unknown command "token mkae"; did you mean token make? See ws-hub help'],
    [['tokn', 'make'], {}, 'unknown command "tokn"; did you mean token make? See ws-hub help'],
    [['tokn'], {}, 'unknown command "tokn"; did you mean token? See ws-hub help'],
    [['help', 'sever'], {}, 'unknown command "sever"; did you mean server? See ws-hub help'],
    [['key'], {}, 'incomplete command "key"; allowed: key create, key list, key revoke'],
  ])('%j %j ends with one clear line and code 1', async (args, env, message) => {
    const { code, stderr } = await run(args, env);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('a port in use ends with one clear line and code 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const { code, stderr } = await run(['server', '--host', '127.0.0.1', '--port', String(port)]);
    other.close();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `ws-hub server: PORT (--port): "${port}" is in use; allowed: a free port, or 0 for any\n`,
    });
  });

  test('reads .env of the folder it is started in', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ws-hub-'));
    const port = await freePort();
    await writeFile(join(folder, '.env'), `PORT=${port}\nHOST=127.0.0.1\n`);
    const hub = Program.start(['server'], {}, folder);
    expect((await hub.event('listening')).port).toBe(port);
    hub.signal('SIGTERM');
    expect((await hub.exited).code).toBe(0);
  });
});
