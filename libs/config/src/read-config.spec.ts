import { describe, expect, test } from '@jest/globals';
import { choice, integer, webSocketUrl } from './kinds.js';
import type { Command } from './option.js';
import { readConfig } from './read-config.js';

const options = {
  port: { variable: 'PORT', flag: 'port', default: '8080', help: '', kind: integer(0, 65535) },
  url: { variable: 'URL', flag: 'url', default: 'ws://a/', help: '', kind: webSocketUrl() },
  level: { variable: 'LEVEL', flag: 'level', default: 'info', help: '', kind: choice(['info', 'debug']) },
};
const command: Command<typeof options> = {
  name: 'test',
  summary: '',
  options,
  conflict: ({ port, level }) => (port === 1 && level === 'debug' ? 'PORT 1 and LEVEL debug' : undefined),
};
const read = (argv: string[], env = {}, dotenv = {}) => readConfig(command, { argv, env, dotenv });

describe('the configuration', () => {
  test('takes the flag before the environment before .env before the default', () => {
    expect(read([]).port).toBe(8080);
    expect(read([], {}, { PORT: '1' }).port).toBe(1);
    expect(read([], { PORT: '2' }, { PORT: '1' }).port).toBe(2);
    expect(read(['--port', '3'], { PORT: '2' }, { PORT: '1' }).port).toBe(3);
    expect(read(['--port=4']).port).toBe(4);
  });

  test('counts an empty variable as not set', () => {
    expect(read([], { PORT: '' }, { PORT: '1' }).port).toBe(1);
    expect(read([], { PORT: '' }).port).toBe(8080);
  });

  test.each([
    [['--port', 'abc'], {}, '--port: "abc" is not allowed; allowed: a whole number from 0 to 65535'],
    [['--port', '65536'], {}, '--port: "65536" is not allowed; allowed: a whole number from 0 to 65535'],
    [['--port', '-1'], {}, '--port: "-1" is not allowed'],
    [['--port=-1'], {}, '--port: "-1" is not allowed'],
    [['--port=1e3'], {}, '--port: "1e3" is not allowed'],
    [[], { PORT: '80.5' }, 'PORT: "80.5" is not allowed; allowed: a whole number from 0 to 65535'],
    [[], { LEVEL: 'loud' }, 'LEVEL: "loud" is not allowed; allowed: one of info, debug'],
    [
      [],
      { URL: 'http://a/' },
      'URL: "http://a/" is not allowed; allowed: a URL that starts with ws:// or wss://',
    ],
    [[], { URL: 'nonsense' }, 'URL: "nonsense" is not allowed'],
    [[], { LEVEL: 'inof' }, 'LEVEL: "inof" is not allowed; did you mean info? Allowed: one of info, debug'],
    [['--nope', '1'], {}, 'unknown flag --nope; see ws-hub test --help'],
    [['--prot', '1'], {}, 'unknown flag --prot; did you mean --port? See ws-hub test --help'],
    [['-x'], {}, 'unknown flag -x; see ws-hub test --help'],
    [['stray'], {}, 'unexpected argument "stray"; see ws-hub test --help'],
    [['--port'], {}, '--port needs a value: a whole number from 0 to 65535; see ws-hub test --help'],
    [['--port', '1', '--level', 'debug'], {}, 'PORT 1 and LEVEL debug'],
  ])('refuses %j %j in words that help', (argv, env, message) => {
    expect(() => read(argv, env)).toThrow(message);
  });

  test('hands on what stands besides flags, to a command that takes it', () => {
    const readAll = (...argv: string[]) =>
      readConfig({ ...command, operands: '[TEXT...]' }, { argv, env: {}, dotenv: {} });
    expect(readAll('hello', '--port', '3', 'world')).toMatchObject({ port: 3, operands: ['hello', 'world'] });
    expect(readAll('--', '--port', '3')).toMatchObject({ port: 8080, operands: ['--port', '3'] });
    expect(() => readAll('--nope')).toThrow('unknown flag --nope');
    expect(read([]).operands).toEqual([]);
  });

  test('names .env when the bad value stands there', () => {
    expect(() => read([], {}, { PORT: 'x' })).toThrow('PORT in .env: "x" is not allowed');
  });
});
