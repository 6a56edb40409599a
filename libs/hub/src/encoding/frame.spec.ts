import { describe, expect, test } from '@jest/globals';
import { OPCODE, readFrames } from '@ws-hub/testing';
import { textFrame } from './frame.js';

/** The text in the bytes, if they are one complete text frame. */
function read(bytes: Buffer): string {
  const [frame, ...rest] = readFrames(bytes);
  expect(rest).toEqual([]);
  expect(frame).toMatchObject({ fin: true, rsv: 0, opcode: OPCODE.text });
  return String(frame?.payload);
}

describe('the frame of a text', () => {
  test.each([0, 1, 125, 126, 65_535, 65_536, 200_000])('of %d bytes is read as that text', (length) => {
    const text = 'x'.repeat(length);
    expect(read(textFrame(text))).toBe(text);
  });

  test('counts bytes, not characters', () => {
    const text = '🙂'.repeat(40);
    const frame = textFrame(text);
    expect(frame[1]).toBe(126);
    expect(frame.readUInt16BE(2)).toBe(160);
    expect(read(frame)).toBe(text);
  });
});
