import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AnsweringServer } from '@ws-hub/testing';
import { type FetchError, fetchText } from './fetch-text.js';

const LIMITS = { timeoutMs: 60_000, maxBytes: 100 };

let server: AnsweringServer;
beforeEach(async () => {
  server = await AnsweringServer.start(() => ({ body: 'hello' }));
});
afterEach(() => server.stop());

async function failureOf(url: string): Promise<string> {
  return fetchText(url, {}, LIMITS).then(
    ({ text }) => text,
    (error: FetchError) => error.message,
  );
}

describe('the error of a failed request', () => {
  test.each([
    ['with a password', 'https://ann:opensesame@id.test/', 'the request failed'],
    ['that is none', 'https://ann:opensesame@:x', 'ERR_INVALID_URL'],
    ['to a port for other things', 'http://127.0.0.1:1/?opensesame', 'the request failed'],
  ])('never quotes its URL: one %s', async (_, url, reason) => {
    expect(await failureOf(url)).toBe(reason);
  });

  test('is the code of its cause', async () => {
    await server.stop();
    expect(await failureOf(server.url)).toBe('ECONNREFUSED');
  });
});

test('a redirect is returned, and not followed', async () => {
  server.behaviour = () => ({ status: 307, headers: { location: server.url }, body: 'there' });
  expect(await fetchText(server.url, {}, LIMITS)).toEqual({ status: 307, text: 'there' });
  expect(server.requests).toBe(1);
});
