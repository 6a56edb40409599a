import { describe, expect, test } from '@jest/globals';
import { type Entry, formatPosition, positionAt } from '@ws-hub/hub';
import { sseEncoder, streamEvent } from './sse.encoder.js';

const entry: Entry = {
  ...{ position: positionAt(7), channel: 'a', clientId: 'alice', key: 'k' },
  ...{ timestamp: 1_795_000_000, content: 'x' },
};

/** What the fan-out passes to an encoder. */
function encoded(content: string, change: Partial<Entry> = {}) {
  const id = formatPosition('e', entry.position);
  return { id, entry: { ...entry, content, ...change } } as Parameters<typeof sseEncoder.message>[0];
}

describe('the encoder of event streams', () => {
  test('makes the message of hub.v1 one event with its position as the id', () => {
    const text = sseEncoder.message(encoded('hi', { user: 'Zoë' })).toString();
    expect(text).toBe(
      'id: e-7\ndata: {"type":"message","id":"e-7","channel":"a","client_id":"alice","user":"Zoë","timestamp":1795000000,"content":"hi"}\n\n',
    );
  });

  test.each(['\n\ndata: forged\n\n', '\r\n\r\nid: forged\r', ':\u2028\u2029\u0085', '\0', '"\\', '😀'])(
    'keeps %j in one line, from which no other event can be made',
    (content) => {
      const text = sseEncoder.message(encoded(content)).toString();
      const [id, data, ...rest] = text.split(/\r\n|\r|\n/);
      expect([id, rest]).toEqual(['id: e-7', ['', '']]);
      expect(JSON.parse(data?.replace('data: ', '') ?? '').content).toBe(content);
    },
  );

  test('has no ack, and a position with the same place as its id', () => {
    expect(sseEncoder.ack()).toBeUndefined();
    expect(sseEncoder.position('e-9').toString()).toBe(
      'id: e-9\nevent: position\ndata: {"type":"position","position":"e-9"}\n\n',
    );
  });

  test('leaves the id out of what is not a place', () => {
    expect(streamEvent({ type: 'closed', code: 1012, reason: 'bye' }).toString()).toBe(
      'event: closed\ndata: {"type":"closed","code":1012,"reason":"bye"}\n\n',
    );
  });
});
