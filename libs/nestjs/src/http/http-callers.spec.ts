import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { HUB_DEFAULTS, Hub, memoryLog } from '@ws-hub/hub';
import { type TestClock, testEnvironment } from '@ws-hub/hub/testing';
import { type Admitted, HubAuthorizer, OpenAuthorizer, type Refused } from '../access/hub-authorizer.js';
import { Authorization } from '../gateway/authorization.js';
import { Caps } from '../gateway/caps.js';
import { resolveOptions } from '../hub.options.js';
import { keyOfTests } from '../testing/key-lines.js';
import { clockOfTests, NOW_S } from '../testing/verifier.js';
import { WatchedKeys } from '../testing/watched-keys.js';
import type { HttpCaller } from './http-caller.js';
import { HttpCallers } from './http-callers.js';

const TOLERANCE_MS = 5_000;
const ADMITTED: Admitted = { allowed: true, user: 'ann', expiresAtMs: NOW_S * 1_000 + 60_000 };

class Ann extends OpenAuthorizer {
  override get takesTokens(): boolean {
    return true;
  }

  override authenticate(): Admitted {
    return ADMITTED;
  }
}

class Unavailable extends HubAuthorizer {
  connect(): Refused {
    return { allowed: false, status: 503, reason: 'the issuer is out of reach' };
  }

  override async authenticate(): Promise<Refused> {
    return this.connect();
  }
}

const [first, second] = [keyOfTests(), keyOfTests({ name: 'desk' })];
let watched: WatchedKeys;
let clock: TestClock;
let hub: Hub;
let callers: HttpCallers;
let withoutTokens: HttpCallers;
let withoutIssuer: HttpCallers;
beforeEach(async () => {
  watched = new WatchedKeys();
  await watched.start(first.line);
  clock = clockOfTests();
  hub = new Hub(HUB_DEFAULTS, memoryLog()(testEnvironment(clock)), clock);
  const options = resolveOptions({ jwtClockToleranceMs: TOLERANCE_MS });
  const caps = new Caps(options);
  const made = (authorizer: HubAuthorizer) => {
    const authorization = new Authorization(options, authorizer, caps, hub, hub.guard);
    return new HttpCallers(options, authorization, watched.keys, hub, clock);
  };
  callers = made(new Ann());
  withoutTokens = made(new OpenAuthorizer());
  withoutIssuer = made(new Unavailable());
});
afterEach(() => {
  hub.stop();
  watched.end();
});

function callerWith(headers: Readonly<Record<string, string>>, by = callers): HttpCaller {
  const request = new IncomingMessage(new Socket());
  Object.assign(request.headers, headers);
  return by.judge(request) as HttpCaller;
}

test('a token that cannot be judged now may be shown again later', async () => {
  const answer = Promise.resolve(withoutIssuer.judge(new IncomingMessage(new Socket())));
  await expect(answer).rejects.toMatchObject({ status: 503, headers: { 'Retry-After': '5' } });
});

describe('without token verification', () => {
  test('a request without credentials is admitted', () => {
    expect(callerWith({}, withoutTokens).isKnown).toBe(false);
  });

  test('any credentials are treated as a key, and rejected if they are not one', () => {
    const show = (authorization: string) => {
      const request = new IncomingMessage(new Socket());
      request.rawHeaders = ['Authorization', authorization];
      return withoutTokens.judge(request) as HttpCaller;
    };
    expect(show(`Bearer ${first.key}`).keyId).toBeDefined();
    for (const mangled of [first.key.slice(4), 'token', ''])
      expect(() => show(`Bearer ${mangled}`)).toThrow('the API key is not known');
  });
});

describe('an admitted caller is rejected', () => {
  test('when the token has expired: after the tolerance for clocks, without the grace of connections', () => {
    const ann = callerWith({ authorization: 'Bearer token' });
    clock.wallSeconds += 60 + TOLERANCE_MS / 1_000 - 1;
    callers.mustStillCount(ann);
    clock.wallSeconds += 1;
    expect(() => callers.mustStillCount(ann)).toThrow('the token has expired');
    expect(() => callerWith({ authorization: 'Bearer token' })).toThrow('the token has expired');
  });

  test('when the token is revoked', async () => {
    const ann = callerWith({ authorization: 'Bearer token' });
    await hub.revoke({ user: 'ann', issuedBeforeS: NOW_S, untilMs: NOW_S * 1_000 + 60_000 });
    expect(() => callers.mustStillCount(ann)).toThrow('the token is revoked');
  });

  test('when the API key is gone or has changed, and not while it is unchanged in the file', async () => {
    const shop = callerWith({ 'x-api-key': first.key });
    watched.replace(second.line + first.line);
    await watched.look();
    callers.mustStillCount(shop);
    watched.replace(first.line.replace('orders.>', 'other'));
    await watched.look();
    expect(() => callers.mustStillCount(shop)).toThrow('the API key was changed in the meantime');
    watched.replace(second.line);
    await watched.look();
    expect(() => callers.mustStillCount(shop)).toThrow('the API key is no longer known');
  });
});
