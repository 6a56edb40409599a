import { expect, test } from '@jest/globals';
import { readConfig } from '@ws-hub/config';
import { explainCommand } from './explain.config.js';

const read = (argv: readonly string[], env = {}) => readConfig(explainCommand, { argv, env, dotenv: {} });

test('explain takes a message and, if it is wanted, one client', () => {
  expect(read(['m'])).toMatchObject({ operands: ['m'], url: 'http://127.0.0.1:9465', passwordFile: '' });
  const env = { WS_EXPLAIN_URL: 'https://console.test/hub', WS_EXPLAIN_PASSWORD_FILE: 'pw' };
  const config = read(['--json', 'm', 'c'], env);
  expect(config).toMatchObject({
    operands: ['m', 'c'],
    json: true,
    url: 'https://console.test/hub',
    passwordFile: 'pw',
  });
});

test.each([
  [[], 'one MESSAGE is required; allowed: the id of a message, optionally followed by the id of one client'],
  [[''], 'one MESSAGE is required'],
  [['m', ''], 'one MESSAGE is required'],
  [['m', 'c', 'd'], 'one MESSAGE is required'],
  [['m', '--url', 'ws://x'], '--url: "ws://x" is not allowed; allowed: a URL that starts with http://'],
  [['m', '--url', ''], '--url: "" is not allowed'],
  [['m', '--url', 'http://a:hunter2@x'], 'a user, a password or a token in it are not allowed'],
  [['m', '--password', 'hunter2'], 'unknown flag --password'],
])('explain is refused in words: %#', (argv, message) => {
  let said = '';
  try {
    read(argv);
  } catch (error) {
    said = (error as Error).message;
  }
  expect(said).toContain(message);
  expect(said).not.toContain('hunter2');
});
