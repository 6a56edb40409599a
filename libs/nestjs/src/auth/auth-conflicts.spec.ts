import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { SECRET } from '../testing/verifier.js';
import { authConflict } from './auth-conflicts.js';
import { AUTH_DEFAULTS, type AuthOptions } from './auth-options.js';

const pairOf = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength });
const { publicKey, privateKey } = pairOf(2_048);
const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
const secretPem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
const shortPem = pairOf(1_024).publicKey.export({ format: 'pem', type: 'spki' }).toString();
const jwk = publicKey.export({ format: 'jwk' });

const KEY_SET = { jwtJwksUrl: 'https://id.test/keys', jwtIssuer: 'https://id.test/', jwtAudience: 'hub' };
const WEBHOOK = { authWebhookUrl: 'https://app.test/auth', authWebhookSecrets: [SECRET] };
const REQUIRED = { auth: 'required' as const };

const conflict = (options: Partial<AuthOptions>, allowedOrigins: string[] = []) =>
  authConflict({ ...AUTH_DEFAULTS, ...options, allowedOrigins });

describe('access may be configured', () => {
  test.each<[Partial<AuthOptions>]>([
    [{}],
    [{ ...REQUIRED, jwtSecrets: [SECRET] }],
    [{ ...REQUIRED, jwtSecrets: [SECRET], jwtPublicKey: pem }],
    [{ ...REQUIRED, jwtPublicKey: JSON.stringify(jwk) }],
    [{ ...REQUIRED, jwtPublicKey: JSON.stringify({ keys: [jwk] }) }],
    [{ ...REQUIRED, ...KEY_SET }],
    [{ ...REQUIRED, ...KEY_SET, jwtJwksUrl: 'http://127.0.0.1:8081/keys' }],
    [{ ...REQUIRED, ...KEY_SET, jwtJwksUrl: 'http://[::1]/keys', jwtAlgorithms: ['RS256', 'EdDSA'] }],
    [{ ...REQUIRED, ...WEBHOOK, authWebhookUrl: 'http://localhost/auth' }],
    [
      {
        auth: 'optional',
        jwtSecrets: [SECRET],
        anonymousAllow: [{ match: 'public.>', allow: ['subscribe'] }],
      },
    ],
    [{ ...REQUIRED, jwtSecrets: [SECRET], jwtAlgorithms: ['HS256'] }],
  ])('with %j', (options) => {
    expect(conflict(options)).toBeUndefined();
  });

  test('with a cookie, if pages are named; and without keys by an application with a verifier of its own', () => {
    const cookie = { ...REQUIRED, jwtSecrets: [SECRET], authCookie: '__Host-token' };
    expect(conflict(cookie, ['https://app.test'])).toBeUndefined();
    const config = { ...AUTH_DEFAULTS, ...REQUIRED, allowedOrigins: [] };
    expect(authConflict(config, { hasVerifier: true })).toBeUndefined();
  });
});

describe('access may not be configured', () => {
  test.each<[Partial<AuthOptions>, string]>([
    [REQUIRED, 'auth: "required" is not allowed alone; allowed: with one of jwtSecrets, jwtPublicKey'],
    [{ auth: 'optional' }, 'auth: "optional" is not allowed alone'],
    [
      { jwtSecrets: [SECRET, 'opensesame'] },
      'jwtSecrets: this value is not allowed; allowed: at least 32 bytes',
    ],
    [{ ...WEBHOOK, authWebhookSecrets: ['opensesame'] }, 'authWebhookSecrets: this value is not allowed'],
    [{ ...WEBHOOK, authWebhookSecrets: [] }, 'authWebhookSecrets: must be set'],
    [
      { ...WEBHOOK, authWebhookUrl: 'http://app.test/' },
      'authWebhookUrl: this value is not allowed; allowed: an https',
    ],
    [{ ...WEBHOOK, authWebhookUrl: 'http://127.0.0.1.test/' }, 'authWebhookUrl: this value'],
    [{ ...KEY_SET, jwtJwksUrl: 'https://ann:opensesame@id.test/' }, 'jwtJwksUrl: this value'],
    [{ ...KEY_SET, jwtJwksUrl: 'file:///etc/passwd' }, 'jwtJwksUrl: this value'],
    [{ ...KEY_SET, jwtJwksUrl: 'nonsense' }, 'jwtJwksUrl: this value'],
    [{ ...KEY_SET, jwtIssuer: '' }, 'jwtIssuer: must be set where jwtJwksUrl is set'],
    [{ ...KEY_SET, jwtAudience: '' }, 'jwtAudience: must be set where jwtJwksUrl is set'],
    [{ ...KEY_SET, jwtPublicKey: pem }, 'jwtPublicKey and jwtJwksUrl: both are set'],
    [{ ...WEBHOOK, jwtSecrets: [SECRET] }, 'authWebhookUrl and jwtSecrets: both are set'],
    [{ ...WEBHOOK, jwtPublicKey: pem }, 'authWebhookUrl and jwtPublicKey: both are set'],
    [{ ...WEBHOOK, ...KEY_SET }, 'authWebhookUrl and jwtJwksUrl: both are set'],
    [{ jwtPublicKey: 'opensesame' }, 'jwtPublicKey: this value is not allowed (it is not one PEM public key'],
    [{ jwtPublicKey: secretPem }, '(it is a private key, which only the issuer may have)'],
    [{ jwtPublicKey: pem.replace(/\n[^-].*\n/, '\nopensesame\n') }, '(it cannot be read'],
    [{ jwtPublicKey: pem + pem }, '(it is not one PEM public key'],
    [{ jwtPublicKey: shortPem }, '(an RSA key must have at least 2048 bits)'],
    [{ jwtPublicKey: '{opensesame' }, '(it is not JSON)'],
    [{ jwtPublicKey: '{}' }, '(it is not a JWK)'],
    [{ jwtPublicKey: '{"keys":[]}' }, '(no key in the set'],
    [{ jwtPublicKey: '{"kty":"oct","k":"opensesame"}' }, '(it is a symmetric key)'],
    [{ jwtPublicKey: JSON.stringify({ ...jwk, use: 'enc' }) }, '(its use or key_ops do not allow verifying'],
    [{ jwtPublicKey: JSON.stringify(privateKey.export({ format: 'jwk' })) }, '(it is a private key'],
    [{ jwtPublicKey: pem, jwtAlgorithms: ['HS256'] }, 'jwtAlgorithms: "HS256" fits no key; allowed: RS256'],
    [
      { jwtSecrets: [SECRET], jwtAlgorithms: ['HS256', 'RS256'] },
      'jwtAlgorithms: "RS256" fits no key; allowed: HS256',
    ],
    [{ jwtPublicKey: pem, jwtAlgorithms: ['ES256'] }, 'jwtAlgorithms: "ES256" fits no key'],
    [{ jwtSecrets: [SECRET], jwtAlgorithms: ['none'] }, 'jwtAlgorithms: "none" fits no key'],
    [{ jwtAlgorithms: ['HS256'] }, 'allowed: none without jwtSecrets'],
    [{ jwtSecrets: [SECRET], authCookie: 'token' }, 'authCookie: only allowed where allowedOrigins'],
    [{ jwtSecrets: [SECRET], authCookie: 'a b' }, 'authCookie: "a b" is not allowed'],
    [
      { anonymousAllow: [{ match: 'a', allow: ['publish'] }] },
      'anonymousAllow: only allowed where auth is optional',
    ],
  ])('with %j', (options, message) => {
    expect(conflict(options)).toContain(message);
    expect(conflict(options)).not.toContain('opensesame');
    expect(conflict(options)).not.toContain(pem.slice(40, 80));
  });
});
