import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { type Command, list, option, readConfig } from '@ws-hub/config';
import { AUTH_DEFAULTS } from '@ws-hub/nestjs/auth';
import { accessConflict, accessOptions, authOptionsOf } from './access.js';

const SECRET = 'oak-lamp-river-violin-quartz-72-moss';
const FORMER = 'elm-river-quartz-lamp-violin-27-fern';

const options = {
  ...accessOptions,
  allowedOrigins: option(
    'ALLOWED_ORIGINS',
    '',
    list(() => true, ''),
    '',
  ),
};
const command: Command<typeof options> = { name: 'test', summary: '', options, conflict: accessConflict };
const read = (env: NodeJS.ProcessEnv, ...argv: string[]) => readConfig(command, { argv, env, dotenv: {} });

const folder = mkdtempSync(join(tmpdir(), 'ws-hub-access-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();

describe('the options of access', () => {
  test('have the defaults of the module', () => {
    expect(authOptionsOf(read({}))).toMatchObject(AUTH_DEFAULTS);
  });

  test('are read from variables, flags and files', () => {
    const env = {
      JWT_SECRET_FILE: file('current', `${SECRET}\n`),
      JWT_SECRET_PREVIOUS_FILE: file('former', FORMER),
      JWT_PUBLIC_KEY_FILE: file('key.pem', pem),
      ANONYMOUS_ALLOW: 'subscribe:public.>',
    };
    expect(authOptionsOf(read(env, '--auth', 'optional', '--jwt-algorithms', 'ES256, HS512'))).toMatchObject({
      auth: 'optional',
      jwtSecrets: [SECRET, FORMER],
      jwtPublicKey: pem.trimEnd(),
      jwtAlgorithms: ['ES256', 'HS512'],
      anonymousAllow: [{ match: 'public.>', allow: ['subscribe'] }],
    });
  });

  test('of a webhook are its URL and both of its secrets', () => {
    const env = {
      AUTH: 'required',
      AUTH_WEBHOOK_URL: 'https://app.test/auth',
      AUTH_WEBHOOK_SECRET_FILE: file('webhook', SECRET),
      AUTH_WEBHOOK_SECRET_PREVIOUS: FORMER,
    };
    expect(authOptionsOf(read(env)).authWebhookSecrets).toEqual([SECRET, FORMER]);
  });
});

describe('what cannot be is named by its variable, without its value', () => {
  test.each<[NodeJS.ProcessEnv, string]>([
    [
      { AUTH: 'required' },
      'AUTH (--auth): "required" is not allowed alone; allowed: with one of JWT_SECRET (or',
    ],
    [{ AUTH: 'yes' }, 'AUTH: "yes" is not allowed; allowed: one of off, optional, required'],
    [{ JWT_SECRET: 'opensesame' }, 'JWT_SECRET: this value is not allowed'],
    [{ JWT_SECRET_PREVIOUS: SECRET }, 'JWT_SECRET_PREVIOUS: only allowed where JWT_SECRET is set'],
    [
      { AUTH_WEBHOOK_SECRET_PREVIOUS: SECRET },
      'AUTH_WEBHOOK_SECRET_PREVIOUS: only allowed where AUTH_WEBHOOK_SECRET is set',
    ],
    [
      { JWT_PUBLIC_KEY_FILE: file('no-key', 'opensesame') },
      'JWT_PUBLIC_KEY (or JWT_PUBLIC_KEY_FILE): this value',
    ],
    [{ JWT_PUBLIC_KEY_FILE: '/nowhere/key.pem' }, 'JWT_PUBLIC_KEY_FILE: "/nowhere/key.pem" cannot be read'],
    [
      { JWT_JWKS_URL: 'https://a:opensesame@id.test/' },
      'JWT_JWKS_URL (--jwt-jwks-url): this value is not allowed',
    ],
    [{ JWT_JWKS_URL: 'https://id.test/' }, 'JWT_ISSUER (--jwt-issuer): must be set where JWT_JWKS_URL'],
    [{ JWT_ALGORITHMS: 'none' }, 'JWT_ALGORITHMS: "none" is not allowed; allowed: any of HS256'],
    [{ JWT_ALGORITHMS: 'HS256' }, 'JWT_ALGORITHMS (--jwt-algorithms): "HS256" fits no key'],
    [{ ANONYMOUS_ALLOW: 'listen:a' }, 'ANONYMOUS_ALLOW: "listen:a" is not allowed; allowed: at most 100'],
    [
      { ANONYMOUS_ALLOW: 'publish:a' },
      'ANONYMOUS_ALLOW (--anonymous-allow): only allowed where AUTH (--auth) is',
    ],
    [
      { JWT_SECRET: SECRET, AUTH_COOKIE: 'token' },
      'AUTH_COOKIE (--auth-cookie): only allowed where ALLOWED_ORIGINS',
    ],
    [
      { JWT_CLOCK_TOLERANCE: '600001' },
      'JWT_CLOCK_TOLERANCE: "600001" is not allowed; allowed: milliseconds',
    ],
  ])('%j', (env, message) => {
    expect(() => read(env)).toThrow(message);
    expect(() => read(env)).not.toThrow('opensesame');
  });
});
