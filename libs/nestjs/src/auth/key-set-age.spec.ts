import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { TestClock } from '@ws-hub/hub/testing';
import { AnsweringServer, Inbox, type Issuer, issuer } from '@ws-hub/testing';
import { clockOfTests } from '../testing/verifier.js';
import { RemoteKeySet } from './key-set.js';

const IDLE_MS = 20 * 60_000;

let known: Issuer;
let server: AnsweringServer;
let clock: TestClock;
let told: Inbox<string>;
let keySet: RemoteKeySet;

const find = () => keySet.find('ES256', 'known');

function serves(...keys: unknown[]): void {
  server.behaviour = () => ({ body: JSON.stringify({ keys }) });
}

beforeEach(async () => {
  known = await issuer('ES256', 'known');
  server = await AnsweringServer.start(() => ({ body: JSON.stringify({ keys: [known.jwk] }) }));
  clock = clockOfTests();
  told = new Inbox();
  const events = {
    fetched: (keys: number) => told.push(`fetched ${keys}`),
    failed: (reason: string) => told.push(reason),
  };
  keySet = new RemoteKeySet({ url: server.url, events }, clock);
  expect(await find()).toHaveLength(1);
  await told.next();
});
afterEach(() => server.stop());

describe('keys that were not used for 20 minutes', () => {
  test('wait for a fetch: one that was withdrawn meanwhile is not accepted', async () => {
    serves();
    clock.nowMs += IDLE_MS;
    expect(await Promise.all([find(), find()])).toEqual([[], []]);
    expect(server.requests).toBe(2);
  });

  test('are not waited for a millisecond earlier', async () => {
    clock.nowMs += IDLE_MS - 1;
    expect(find()).toHaveLength(1);
    expect(await told.next()).toBe('fetched 1');
    expect(server.requests).toBe(2);
  });

  test('of another algorithm are fetched too: the issuer may have changed it', async () => {
    const changed = await issuer('RS256', 'known');
    serves(changed.jwk);
    clock.nowMs += IDLE_MS;
    expect(await keySet.find('RS256', 'known')).toHaveLength(1);
  });

  test('are used if the fetch fails, and from then on at once', async () => {
    await server.stop();
    clock.nowMs += IDLE_MS;
    const found = find();
    expect(found).toBeInstanceOf(Promise);
    expect(await found).toHaveLength(1);
    for (let minute = 0; minute < 60; minute += 1) {
      expect(await told.next()).toBe('ECONNREFUSED');
      clock.nowMs += 29_999;
      expect(find()).toHaveLength(1);
      expect(keySet.counters.requests).toBe(2 + minute);
      clock.nowMs += 30_001;
      expect(find()).toHaveLength(1);
      expect(keySet.counters.requests).toBe(3 + minute);
    }
  });

  test('make one request, for which 250 tokens wait', async () => {
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    server.behaviour = async () => {
      await answered;
      return { body: JSON.stringify({ keys: [known.jwk] }) };
    };
    clock.nowMs += IDLE_MS;
    const all = Array.from({ length: 1_000 }, find);
    // The others do not wait: their key is known, however old it is.
    for (const found of await Promise.all(all.slice(250))) expect(found).toHaveLength(1);
    answer();
    for (const found of await Promise.all(all.slice(0, 250))) expect(found).toHaveLength(1);
    expect(server.requests).toBe(2);
  });
});
