import { describe, expect, test } from '@jest/globals';
import { readConfig } from '@ws-hub/config';
import { serverCommand } from '../config/server.config.js';
import { warnAtStart } from './start-warnings.js';

/** The events that the operator is told of with these flags, and a secret that stays. */
const told = (...argv: string[]) => toldIn({ HUB_SECRET: '0123456789abcdef0123456789abcdef' }, ...argv);

function toldIn(env: Record<string, string>, ...argv: string[]): unknown[] {
  const events: unknown[] = [];
  const warn = (line: unknown) => events.push((line as { event: string }).event);
  warnAtStart(
    { warn } as Parameters<typeof warnAtStart>[0],
    readConfig(serverCommand, { argv, env, dotenv: {} }),
  );
  return events.filter((event) => event !== 'few_descriptors');
}

const SECRET = 'oak-lamp-river-violin-quartz-72-moss';
const PRODUCTION = ['--node-env', 'production'];

describe('what the operator is told at the start', () => {
  test('is nothing but the random secret on a developer machine', () => {
    expect(toldIn({})).toEqual(['random_secret']);
    expect(told()).toEqual([]);
  });

  test.each([[''], ['0.0.0.0'], ['::'], ['192.168.0.7'], ['hub.example']])(
    'is all that is open in production on %j',
    (host) => {
      expect(toldIn({}, ...PRODUCTION, `--host=${host}`)).toEqual([
        'random_secret',
        'no_authentication',
        'all_origins',
        'no_proxies',
        'plain_http',
      ]);
    },
  );

  test('is less in production on loopback', () => {
    for (const host of ['127.0.0.1', '::1', 'localhost', '127.1.2.3'])
      expect(told(...PRODUCTION, '--host', host, '--allowed-origins', 'https://a.example')).toEqual([
        'no_authentication',
        'no_proxies',
      ]);
  });

  test('is that limits are off, and that the metrics are open', () => {
    const flags = [
      '--max-http-rate-per-ip',
      '0',
      '--metrics-host',
      '0.0.0.0',
      '--trusted-proxies',
      '10.0.0.1',
    ];
    expect(told(...PRODUCTION, ...flags)).toEqual([
      'no_authentication',
      'all_origins',
      'open_metrics',
      'no_limits',
      'plain_http',
    ]);
  });

  test('is that there are pages for anyone', () => {
    const pages = ['--playground', 'true', '--admin-port', '9465'];
    const rest = [...PRODUCTION, '--host', '127.0.0.1', '--allowed-origins', 'https://a.example'];
    const usual = ['no_authentication', 'no_proxies'];
    expect(told(...rest, ...pages).toSorted()).toEqual([...usual, 'open_console', 'open_playground']);
    expect(told(...rest, ...pages, '--admin-password-file', 'x')).not.toContain('open_console');
    expect(told(...pages)).toEqual([]);
  });

  test('is not that every client may publish where tokens are checked', () => {
    const env = { HUB_SECRET: '0123456789abcdef0123456789abcdef', JWT_SECRET: SECRET };
    const flags = [...PRODUCTION, '--host', '127.0.0.1', '--allowed-origins', 'https://a.example'];
    for (const auth of ['required', 'optional'])
      expect(toldIn(env, ...flags, '--auth', auth)).toEqual(['no_proxies']);
    expect(toldIn(env, ...flags)).toEqual(['no_authentication', 'no_proxies']);
  });

  test.each([
    ['nats://nats.example:4222', ['plain_nats', 'open_nats']],
    ['nats://hub:a-password-of-some-length@nats.example:4222', ['plain_nats']],
    ['tls://nats.example:4222', ['open_nats']],
    ['nats://127.0.0.1:4222', []],
    ['nats://[::1]:4222', []],
  ])('is what is open on the way to NATS at %s', (url, events) => {
    const env = { HUB_SECRET: '0123456789abcdef0123456789abcdef', NATS_URL: url };
    const flags = [
      '--host',
      '127.0.0.1',
      '--allowed-origins',
      'https://a.example',
      '--trusted-proxies',
      '10.0.0.1',
    ];
    expect(toldIn(env, ...PRODUCTION, ...flags)).toEqual(['no_authentication', ...events]);
  });
});
