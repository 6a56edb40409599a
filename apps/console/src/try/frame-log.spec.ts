import { describe, expect, test } from '@jest/globals';
import { FrameLog, MAX_FRAME_LENGTH, MAX_FRAMES } from './frame-log.js';

describe('the frames of a pane', () => {
  test('show a resume: where it continues, that nothing was lost, what is replayed, and where that ends', () => {
    const log = new FrameLog();
    log.sent('{"type":"hello","since":"f2-1"}');
    log.received('{"type":"welcome","recovered":true}');
    expect(log.isReplaying).toBe(true);
    log.received('{"type":"message","content":"missed"}');
    log.received('{"type":"position","position":"f2-2"}');
    expect(log.isReplaying).toBe(false);
    log.received('{"type":"message","content":"live"}');
    expect(log.all.map(({ meaning, isReplay }) => [meaning, isReplay])).toEqual([
      ['resumes after f2-1', undefined],
      ['nothing was lost: the replay follows', undefined],
      ['replayed', true],
      ['end of the replay, live from here on', undefined],
      [undefined, undefined],
    ]);
  });

  test('show a gap, and no replay after it', () => {
    const log = new FrameLog();
    log.note('GET /v1/events, Last-Event-ID: f2-1', 'f2-1');
    log.received('{"type":"welcome","recovered":false}');
    log.received('{"type":"message","content":"live"}');
    expect(log.all.map(({ meaning }) => meaning)).toEqual([
      'resumes after f2-1',
      'a gap: messages were missed',
      undefined,
    ]);
  });

  test('have no token and no session in them', () => {
    const log = new FrameLog();
    log.sent('{"type":"hello","token":"eyJhbGciOi.secret","session":"WyJBc2Vj.secret","channels":["a"]}');
    log.note('connect to ws://hub/ws?channel=a&access_token=eyJ.secret');
    expect(log.all.map(({ text }) => text)).toEqual([
      '{"type":"hello","token":"eyJhb…","session":"WyJBc…","channels":["a"]}',
      'connect to ws://hub/ws?channel=a&access_token=…',
    ]);
  });

  test('are bounded in number and length, whatever comes', () => {
    const log = new FrameLog();
    for (let n = 0; n < MAX_FRAMES + 10; n++) log.received(`${n} ${'x'.repeat(2 * MAX_FRAME_LENGTH)}`);
    expect(log.all).toHaveLength(MAX_FRAMES);
    expect(log.all.at(-1)).toMatchObject({ seq: MAX_FRAMES + 10, direction: 'in', type: undefined });
    expect(Math.max(...log.all.map(({ text }) => text.length))).toBe(MAX_FRAME_LENGTH);
  });
});
