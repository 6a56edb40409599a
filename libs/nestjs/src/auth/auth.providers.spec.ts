import { describe, expect, test } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HubModule, type HubModuleExtras } from '../hub.module.js';
import { type HubModuleOptions, resolveOptions } from '../hub.options.js';
import { SECRET } from '../testing/verifier.js';
import { TokenVerifier, type Verified } from './token-verifier.js';

@Injectable()
class OwnVerifier extends TokenVerifier {
  async verify(): Promise<Verified> {
    return { ok: false, reason: 'nobody' };
  }
}

/** The error at the start of an application with these options, or undefined. */
async function startError(options: HubModuleOptions & HubModuleExtras): Promise<string | undefined> {
  try {
    const module = HubModule.forRoot({ ...options, attach: false });
    const app = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
    await app.close();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('an application', () => {
  test('does not start if tokens are required and nothing can verify them', async () => {
    expect(await startError({ auth: 'required' })).toMatch(
      /^HubModule: auth: "required" is not allowed alone/,
    );
    expect(await startError({ auth: 'required', jwtSecrets: [SECRET] })).toBeUndefined();
    expect(await startError({ auth: 'required', verifier: OwnVerifier })).toBeUndefined();
    expect(await startError({})).toBeUndefined();
  });

  test.each<[HubModuleOptions, string]>([
    [
      { auth: 'yes' as 'off' },
      'HubModule: auth: "yes" is not allowed; allowed: one of off, optional, required',
    ],
    [
      { jwtSecrets: 'opensesame' as unknown as string[] },
      'jwtSecrets: this value is not allowed; allowed: a list',
    ],
    [{ jwtSecrets: ['opensesame'] }, 'jwtSecrets: this value is not allowed; allowed: at least 32 bytes'],
    [{ jwtPublicKey: 7 as unknown as string }, 'jwtPublicKey: this value is not allowed; allowed: text'],
    [{ jwtPublicKey: 'opensesame' }, 'jwtPublicKey: this value is not allowed (it is not one PEM'],
    [{ anonymousAllow: [{ match: '>.a', allow: ['publish'] }] }, 'anonymousAllow: '],
    [{ jwtMaxLifetimeMs: 1 }, 'jwtMaxLifetimeMs: 1 is not allowed'],
    [{ jwtSecrets: [SECRET], authCookie: 'token' }, 'authCookie: only allowed where allowedOrigins'],
  ])('is told what of its options cannot be: %j', (options, message) => {
    expect(() => resolveOptions(options)).toThrow(message);
    expect(() => resolveOptions(options)).not.toThrow('opensesame');
  });
});
