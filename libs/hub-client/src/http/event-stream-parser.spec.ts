import { describe, expect, test } from '@jest/globals';
import { EventStreamParser, type StreamEvent } from './event-stream-parser.js';

const utf8 = new TextEncoder();

/** Parses a stream that arrives in these chunks. */
function read(...pieces: readonly (string | Uint8Array)[]): StreamEvent[] {
  const parser = new EventStreamParser();
  return pieces.flatMap((piece) => parser.push(typeof piece === 'string' ? utf8.encode(piece) : piece));
}

const datas = (...pieces: readonly (string | Uint8Array)[]) => read(...pieces).map(({ data }) => data);

describe('the parser of event streams', () => {
  test('parses names, data and ids, and keeps an id until the next one', () => {
    expect(read('event: welcome\nid: 1\ndata: a\n\ndata: b\n\nevent: x\nid\ndata: c\n\n')).toEqual([
      { name: 'welcome', data: 'a', lastEventId: '1', retryMs: undefined },
      { name: '', data: 'b', lastEventId: '1', retryMs: undefined },
      { name: 'x', data: 'c', lastEventId: '', retryMs: undefined },
    ]);
  });

  test('joins lines of data, and strips one space of each', () => {
    expect(datas('data:a\ndata: b\ndata:  c\ndata\ndata: d:e\n\n')).toEqual(['a\nb\n c\n\nd:e']);
  });

  test('returns an event with empty data, and none without data', () => {
    expect(datas('data\n\n', 'event: x\n\n', '\n\n', 'data:\n\n')).toEqual(['', '']);
  });

  test('moves the id with a block that has no data', () => {
    expect(read('id: 7\n\ndata: a\n\n')).toMatchObject([{ lastEventId: '7' }]);
  });

  test('ignores comments, unknown fields, ids with NUL and what is not a number after retry', () => {
    const text = ': hi\n:\nfoo: 1\nDATA: 2\n data: 3\nid: a\nid: b\0c\nretry: 1s\nretry: -1\ndata: x\n\n';
    expect(read(text)).toEqual([{ name: '', data: 'x', lastEventId: 'a', retryMs: undefined }]);
  });

  test('gives each retry to the event behind it', () => {
    const retries = read('retry: 1500\nevent: welcome\ndata: a\n\ndata: b\n\nretry: 9\n\ndata: c\n\n');
    expect(retries.map(({ retryMs }) => retryMs)).toEqual([1_500, undefined, 9]);
  });

  test('drops an event that has no end', () => {
    expect(datas('data: a\n\ndata: b\n')).toEqual(['a']);
  });

  test('strips one byte order mark at the start, and no other', () => {
    expect(datas('\ufeffdata: a\n\n\ufeffdata: b\n\ndata: \ufeffc\n\n')).toEqual(['a', '\ufeffc']);
    expect(datas('\ufeff\ufeffdata: a\n\n')).toEqual([]);
  });

  test.each([
    ['LF', '\n'],
    ['CR', '\r'],
    ['CR LF', '\r\n'],
  ])('reads the same with %s, wherever the stream is cut in two, and byte by byte', (_name, end) => {
    const lines = [
      '\ufeff: ☃',
      'id: é1',
      'event: x',
      'data: 日本',
      'data: 𝄞\u2028',
      '',
      'data:',
      '',
      'id: 2',
    ];
    const bytes = utf8.encode([...lines, 'retry: 5', 'data: b', '', ''].join(end));
    const expected = [
      { name: 'x', data: '日本\n𝄞\u2028', lastEventId: 'é1', retryMs: undefined },
      { name: '', data: '', lastEventId: 'é1', retryMs: undefined },
      { name: '', data: 'b', lastEventId: '2', retryMs: 5 },
    ];
    for (let at = 0; at <= bytes.length; at++)
      expect(read(bytes.subarray(0, at), bytes.subarray(at))).toEqual(expected);
    expect(read(...[...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(expected);
  });

  test('reads ends of lines of all kinds in one stream', () => {
    expect(datas('data: a\r\r', '\ndata: b\n\r', 'data: c\r\n', '\r\ndata: d\r', '\n', '\n')).toEqual([
      'a',
      'b',
      'c',
      'd',
    ]);
  });

  test('reads what is not UTF-8 as replacement characters', () => {
    expect(datas(Uint8Array.of(...utf8.encode('data: a'), 0xff, 0x0a, 0x0a))).toEqual(['a\ufffd']);
  });

  test.each([
    ['one line', 'data: 12345678901234567890'],
    ['many lines', 'data: 1234567890\n'.repeat(2)],
    ['a comment', `:${' '.repeat(20)}`],
  ])('refuses an event that is too long, as %s', (_name, text) => {
    const parser = new EventStreamParser('', 20);
    expect(parser.push(utf8.encode('data: 1234567890\n\n'.repeat(3)))).toHaveLength(3);
    expect(() => parser.push(utf8.encode(text))).toThrow('an event has more than 20 characters');
  });

  test('starts with the id of the stream that it resumes', () => {
    expect(new EventStreamParser('p-7').push(utf8.encode('data: a\n\n'))).toMatchObject([
      { lastEventId: 'p-7' },
    ]);
  });
});
