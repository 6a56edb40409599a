import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { readSseRequest } from './sse-request.js';

function request(query: string, headers: Record<string, string> = {}, method = 'GET'): IncomingMessage {
  return { method, url: `/v1/events${query}`, headers } as Partial<IncomingMessage> as IncomingMessage;
}

const read = (...args: Parameters<typeof request>) => readSseRequest(request(...args), 3);

describe('a request for a stream', () => {
  test('names its channels, each once; without any it is the default', () => {
    expect(read('?channel=a&channel=b.c&channel=a')).toMatchObject({ channels: ['a', 'b.c'] });
    expect(read('')).toEqual({ channels: ['main'], lastId: undefined });
  });

  test('resumes from its header, or else from its query', () => {
    expect(read('?since=e-1', { 'last-event-id': 'e-2' })).toMatchObject({ lastId: 'e-2' });
    expect(read('?since=e-1')).toMatchObject({ lastId: 'e-1' });
    expect(read('?since=')).toMatchObject({ lastId: undefined });
    // A page that has received nothing yet sends none, and a proxy may send an empty one.
    expect(read('?since=e-1', { 'last-event-id': '' })).toMatchObject({ lastId: 'e-1' });
  });

  test.each<[string, Parameters<typeof request>, object]>([
    ['of a bad channel', ['?channel=a&channel=b..c'], { status: 400, reason: 'channel' }],
    ['of an empty channel', ['?channel='], { status: 400, reason: 'channel' }],
    [
      'of too many channels',
      ['?channel=a&channel=b&channel=c&channel=a'],
      { status: 400, reason: 'channel' },
    ],
    ['of two places', ['?since=e-1&since=e-2'], { status: 400, reason: 'position' }],
    ['with a long place', [`?since=${'x'.repeat(257)}`], { status: 400, reason: 'position' }],
    ['with a long header', ['', { 'last-event-id': 'x'.repeat(257) }], { status: 400, reason: 'position' }],
    ['with a body', ['', { 'content-length': '1' }], { status: 400, reason: 'body' }],
    ['that is a HEAD', ['', {}, 'HEAD'], { status: 405, reason: 'method', headers: { Allow: 'GET' } }],
  ])('%s is refused', (_what, asked, refusal) => {
    expect(read(...asked)).toMatchObject(refusal);
  });
});
