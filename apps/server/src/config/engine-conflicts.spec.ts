import { describe, expect, test } from '@jest/globals';
import { readConfig } from '@ws-hub/config';
import { serverCommand } from './server.config.js';

const HUB_SECRET = 'oak-lamp-river-violin-quartz-72-moss';
const read = (env: NodeJS.ProcessEnv, ...argv: string[]) =>
  readConfig(serverCommand, { argv, env: { HUB_SECRET, ...env }, dotenv: {} });

describe('a hub with NATS', () => {
  test.each([
    [{ NATS_URL: 'tls://a:4222,nats://b:4222' }, 'NATS_URL: nats:// beside tls:// is not allowed'],
    [{ NATS_URL: 'nats://a,TLS://b' }, 'NATS_URL: nats:// beside tls:// is not allowed'],
    [{ NATS_URL: 'nats://a', NATS_CA_FILE: '/ca' }, 'only allowed where NATS_URL begins with tls://'],
    [{ NATS_URL: 'tls://a', NATS_CERT_FILE: '/cert' }, 'one is set without the other'],
    [{ NATS_URL: 'tls://a', NATS_KEY_FILE: '/key' }, 'one is set without the other'],
    [{ HUB_SECRET: '', HUB_SECRET_PREVIOUS: HUB_SECRET }, 'HUB_SECRET_PREVIOUS or HUB_SECRET_PREVIOUS_FILE'],
    [{ NATS_URL: 'nats://a', NATS_USER: 'hub' }, 'NATS_USER and NATS_PASSWORD'],
    [{ NATS_URL: 'nats://a', NATS_PASSWORD: 'opensesame' }, 'NATS_USER and NATS_PASSWORD'],
    [{ NATS_URL: 'nats://a:opensesame@b,nats://c' }, 'NATS_URL: its URLs name different users'],
    [
      { NATS_URL: 'nats://a:opensesame@b', NATS_USER: 'hub', NATS_PASSWORD: 'opensesame' },
      'NATS_URL and NATS_USER: both name a user',
    ],
  ])('is not started with %j', (env, message) => {
    expect(() => read(env)).toThrow(message);
    expect(() => read(env)).not.toThrow('opensesame');
  });

  test.each([
    { NATS_URL: 'tls://a:4222,tls://b:4222', NATS_CA_FILE: '/ca', NATS_CERT_FILE: '/c', NATS_KEY_FILE: '/k' },
    { NATS_URL: 'nats://u:p@a,nats://u:p@b' },
    { HUB_SECRET_PREVIOUS: 'elm-candle-brook-cello-opal-19-lichen' },
    { NATS_URL: 'nats://a', NATS_USER: 'hub', NATS_PASSWORD: 'p' },
    // Without NATS_URL none of it matters.
    { NATS_CA_FILE: '/ca', NATS_USER: 'hub' },
  ])('may be configured with %j', (env) => {
    expect(() => read(env)).not.toThrow();
  });

  test('is not told a password by a flag', () => {
    const message = /^--nats-url: a password is not allowed on a command line.*allowed: NATS_URL_FILE/;
    expect(() => read({}, '--nats-url', 'nats://a:opensesame@b')).toThrow(message);
    expect(() => read({}, '--nats-password', 'opensesame')).toThrow(/allowed: NATS_PASSWORD_FILE/);
    expect(() => read({}, '--hub-secret', HUB_SECRET)).toThrow(/allowed: HUB_SECRET_FILE/);
  });
});
