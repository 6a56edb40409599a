import { parseEnv } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { explainExitCodes } from '../apps/explain/src/config/exit-codes.js';
import { listenExitCodes, sendExitCodes } from '../apps/talk/src/config/exit-codes.js';
import { checkExitCodes } from '../apps/token/src/config/exit-codes.js';
import { exitCodes } from '../apps/verify/src/config/exit-codes.js';
import {
  allOptions,
  checkOptions,
  clientOptions,
  explainOptions,
  keyCreateOptions,
  keyListOptions,
  keyRevokeOptions,
  listenOptions,
  makeOptions,
  passwordOptions,
  read,
  sendOptions,
  serverOptions,
  tableRows,
  verifyOptions,
} from './repository.js';

describe('.env.example', () => {
  test('has every variable of all commands with its default, and no other', () => {
    const expected = Object.fromEntries(allOptions.map(({ variable, default: value }) => [variable, value]));
    expect(parseEnv(read('.env.example'))).toEqual(expected);
  });
});

describe("the README's table", () => {
  const readme = read('README.md');
  const titles = [
    '**Server**',
    '**Client**',
    '**Listen**',
    '**Send**',
    '**Verify**',
    '**Token check**',
    '**Token make**',
    '**Key create**',
    '**Key list**',
    '**Key revoke**',
    '**Password**',
    '**Explain**',
  ];
  const [server, client, listen, send, verify, check, make, create, list, revoke, password, explain] =
    titles.map((title) => readme.indexOf(title));

  test.each([
    ['server', readme.slice(server, client), serverOptions],
    ['client', readme.slice(client, listen), clientOptions],
    ['listen', readme.slice(listen, send), listenOptions],
    ['send', readme.slice(send, verify), sendOptions],
    ['verify', readme.slice(verify, check), verifyOptions],
    ['token check', readme.slice(check, make), checkOptions],
    ['token make', readme.slice(make, create), makeOptions],
    ['key create', readme.slice(create, list), keyCreateOptions],
    ['key list', readme.slice(list, revoke), keyListOptions],
    ['key revoke', readme.slice(revoke, password), keyRevokeOptions],
    ['password', readme.slice(password, explain), passwordOptions],
    ['explain', readme.slice(explain), explainOptions],
  ])(
    'of the %s has every option with its flag, default and meaning, and no other',
    (_name, part, options) => {
      const rows = tableRows(part, 'variable', 'flag', 'default', 'meaning');
      const expected = options.map(({ variable, flag, default: value, help }) => [
        variable,
        flag && `--${flag}`,
        value,
        help,
      ]);
      expect(rows.toSorted()).toEqual(expected.toSorted());
    },
  );
});

test.each([
  ['verify', exitCodes],
  ['listen', listenExitCodes],
  ['send', sendExitCodes],
  ['token check', checkExitCodes],
  ['explain', explainExitCodes],
])("the README's exit codes of %s are those of its --help", (name, { meanings }) => {
  const rows = tableRows(
    read('README.md'),
    name === 'verify' ? 'exit code' : `exit code of ${name}`,
    'meaning',
  );
  expect(rows).toEqual(meanings.map(([code, meaning]) => [`${code}`, meaning]));
});

test('a variable has one meaning: both commands give it the same flag and default', () => {
  for (const option of serverOptions) {
    const other = clientOptions.find(({ variable }) => variable === option.variable);
    if (other) expect([other.flag, other.default]).toEqual([option.flag, option.default]);
  }
});
