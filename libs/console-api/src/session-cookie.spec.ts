import { expect, test } from '@jest/globals';
import { sessionCookie } from './index.js';

test.each([
  ['localhost:9465', 'ws_hub_console_9465'],
  ['[::1]:9466', 'ws_hub_console_9466'],
  ['[::1]', 'ws_hub_console'],
  ['console.example', 'ws_hub_console'],
  ['', 'ws_hub_console'],
  ['x:1; a=b', 'ws_hub_console'],
])('two consoles on one host have cookies of their own: %j has %j', (host, name) => {
  expect(sessionCookie(host)).toBe(name);
});
