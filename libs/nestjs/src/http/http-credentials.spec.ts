import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { makeKey } from '../keys/api-key.js';
import { cookieFor, credentialsOf } from './http-credentials.js';

const { key: KEY } = makeKey();
const TOKEN = 'a.b.c';

/** A request as Node parses it. */
function request(headers: Readonly<Record<string, string>>, url = '/v1/events'): IncomingMessage {
  return { headers, rawHeaders: Object.entries(headers).flat(), url } as unknown as IncomingMessage;
}

const read = (headers: Readonly<Record<string, string>>, url?: string) =>
  credentialsOf(request(headers, url), { cookie: 'session', query: true });

describe('the credentials of a request', () => {
  test.each([
    ['a bearer', { authorization: `Bearer ${KEY}` }],
    ['X-API-Key', { 'x-api-key': KEY }],
    ['both, which are the same', { 'x-api-key': KEY, authorization: `Bearer ${KEY}` }],
  ])('are a key in %s', (_where, headers) => {
    expect(read(headers)).toEqual({ kind: 'key', key: KEY });
  });

  test.each([
    ['a bearer', { authorization: `Bearer ${TOKEN}` }, undefined],
    ['the cookie', { cookie: `session=${TOKEN}` }, undefined],
    ['the query', {}, `/v1/events?access_token=${TOKEN}`],
  ])('are a token in %s', (_where, headers, url) => {
    expect(read(headers, url)).toEqual({ kind: 'token', token: TOKEN });
  });

  test('are missing in a request without any', () => {
    expect(read({})).toEqual({ kind: 'token', token: undefined });
  });

  test.each([
    ['the query', {}, `/v1/events?access_token=${KEY}`],
    ['a cookie', { cookie: `session=${KEY}` }, undefined],
  ])('are rejected if a key is in %s', (_where, headers, url) => {
    expect(read(headers, url)).toMatchObject({ status: 401, message: expect.stringContaining('header') });
  });

  test('are refused where a key and something else are shown', () => {
    expect(read({ 'x-api-key': KEY, authorization: `Bearer ${TOKEN}` })).toMatchObject({ status: 400 });
  });

  test('do not come from the query of a request that may not have them there', () => {
    const bare = request({}, `/v1/info?access_token=${TOKEN}`);
    expect(credentialsOf(bare, { cookie: '', query: false })).toEqual({ kind: 'token', token: undefined });
  });
});

describe('the cookie', () => {
  const pages = ['https://app.test'];

  test.each([
    ['no page', {}, 'session'],
    ['an allowed page', { origin: 'https://app.test' }, 'session'],
    ['another page', { origin: 'https://evil.test' }, ''],
    ['a page of another site that sends no Origin', { 'sec-fetch-site': 'cross-site' }, ''],
    ['a page of the same site', { 'sec-fetch-site': 'same-origin' }, 'session'],
  ])('of a request from %s is read as %s says', (_who, headers, expected) => {
    expect(cookieFor(request(headers), 'session', pages)).toBe(expected);
  });
});
