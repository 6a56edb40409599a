import { expect, test } from '@jest/globals';
import { belowRoot, notThere, routesAt } from './http-routes.js';

test.each([
  ['/v1', ''],
  ['/v1/', ''],
  ['/v1/messages', 'messages'],
  ['/v1/channels/a/messages', 'channels/a/messages'],
  ['/v10/messages', undefined],
  ['/v1x', undefined],
  ['//v1/messages', undefined],
  ['/healthz', undefined],
])('below /v1 is of %s: %s', (path, below) => {
  expect(belowRoot(path)).toBe(below);
});

test.each([
  ['channels/a/messages', { POST: 'publish', GET: 'history' }],
  ['messages', { POST: 'batch' }],
  ['channels//messages', {}],
  ['channels/a/messages/', {}],
  ['messages/x', {}],
  ['', {}],
])('at %s are %j', (path, routes) => {
  expect(Object.fromEntries(routesAt(path))).toEqual(routes);
});

test('an unknown route says what exists', () => {
  expect(notThere('PUT', 'channels/a/messages')).toMatchObject({
    status: 405,
    headers: { Allow: 'POST, GET' },
  });
  expect(notThere('GET', 'nowhere')).toMatchObject({ status: 404, headers: {} });
});
