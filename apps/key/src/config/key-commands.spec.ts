import { expect, test } from '@jest/globals';
import { type Command, type Options, readConfig } from '@ws-hub/config';
import { createCommand } from './create.config.js';
import { listCommand } from './list.config.js';
import { revokeCommand } from './revoke.config.js';

const reads =
  <O extends Options>(command: Command<O>) =>
  (...argv: string[]) =>
    readConfig(command, { argv, env: { API_KEYS_FILE: 'keys' }, dotenv: {} });
const [create, list, revoke] = [reads(createCommand), reads(listCommand), reads(revokeCommand)];

test('key create takes a name and what it allows, in order and without gaps', () => {
  const config = create('shop', '--allow', 'publish:a,, history:b ,admin:>');
  expect(config).toMatchObject({ operands: ['shop'], allow: 'publish:a, history:b, admin:>', file: 'keys' });
});

test.each<[string, (...argv: string[]) => unknown, string[], string]>([
  ['create', create, [], 'one NAME is required; allowed: 1-64 of A-Z'],
  ['create', create, ['a', 'b', '--allow', 'publish:>'], 'one NAME is required'],
  ['create', create, ['a b', '--allow', 'publish:>'], 'NAME: "a b" is not allowed; allowed: 1-64 of A-Z'],
  ['create', create, ['wsh_a', '--allow', 'publish:>'], 'NAME: a key is not allowed'],
  [
    'create',
    create,
    ['a'],
    'WS_KEY_ALLOW (--allow): must be set: a key has no other rights; allowed: at most',
  ],
  ['create', create, ['a', '--allow', ' , '], 'WS_KEY_ALLOW (--allow): must be set'],
  ['create', create, ['a', '--allow', 'write:>'], '--allow: "write:>" is not allowed; allowed: at most 100'],
  ['create', create, ['a', '--allow', 'admin:a'], '--allow: "admin:a" is not allowed'],
  ['create', create, ['a', '--allow', 'publish:>', '--file', ''], 'API_KEYS_FILE (--file): must be set'],
  ['list', list, ['shop'], 'unexpected argument "shop"'],
  ['list', list, ['--file', ''], 'API_KEYS_FILE (--file): must be set'],
  ['revoke', revoke, [], 'one NAME|ID is required'],
  ['revoke', revoke, [''], 'one NAME|ID is required'],
  ['revoke', revoke, ['a', 'b'], 'one NAME|ID is required'],
  ['revoke', revoke, ['wsh_a'], 'NAME|ID: a key is not allowed; allowed: the name of keys, or the id of one'],
  ['revoke', revoke, ['a', '--file', ''], 'API_KEYS_FILE (--file): must be set'],
])('key %s is refused in words: %#', (_name, read, argv, message) => {
  let said = '';
  try {
    read(...argv);
  } catch (error) {
    said = (error as Error).message;
  }
  expect(said).toContain(message);
  expect(said).not.toContain('wsh_a');
});
