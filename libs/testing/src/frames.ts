import { randomBytes } from 'node:crypto';

/** The opcodes of RFC 6455, section 5.2. */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface Frame {
  readonly fin: boolean;
  readonly rsv: number;
  readonly opcode: number;
  readonly payload: Buffer;
}

/** A masked frame as clients send it (RFC 6455, section 5.3); `head` replaces FIN, RSV and opcode. */
export function clientFrame(opcode: number, payload: string | Buffer = '', head = 0x80 | opcode): Buffer {
  const bytes = Buffer.from(payload);
  const mask = randomBytes(4);
  const masked = bytes.map((byte, at) => byte ^ (mask[at % 4] as number));
  return Buffer.concat([Buffer.from([head]), maskedLength(bytes.length), mask, masked]);
}

/** The payload of a close frame: the code and the reason. */
export function closePayload(code: number, reason: string | Buffer = ''): Buffer {
  return Buffer.from([code >> 8, code & 0xff, ...Buffer.from(reason)]);
}

function maskedLength(length: number): Buffer {
  if (length < 126) return Buffer.from([0x80 | length]);
  if (length < 65_536) return Buffer.from([0x80 | 126, length >> 8, length & 0xff]);
  const bytes = Buffer.alloc(9);
  bytes[0] = 0x80 | 127;
  bytes.writeBigUInt64BE(BigInt(length), 1);
  return bytes;
}

/**
 * Parses a whole stream of server frames, byte by byte.
 *
 * @throws Error if any byte is not part of a complete, unmasked frame
 */
export function readFrames(stream: Buffer): Frame[] {
  const frames: Frame[] = [];
  let at = 0;
  while (at < stream.length) {
    const { frame, end } = readFrame(stream, at);
    frames.push(frame);
    at = end;
  }
  return frames;
}

function readFrame(stream: Buffer, at: number): { frame: Frame; end: number } {
  const [head = 0, second = 0] = stream.subarray(at, at + 2);
  if (second & 0x80) throw new Error(`masked frame at ${at}`);
  const { length, start } = readLength(stream, at, second);
  if (start + length > stream.length) throw new Error(`frame at ${at} is cut off`);
  const payload = stream.subarray(start, start + length);
  return {
    frame: { fin: head >= 0x80, rsv: (head >> 4) & 7, opcode: head & 15, payload },
    end: start + length,
  };
}

function readLength(stream: Buffer, at: number, second: number): { length: number; start: number } {
  if (second < 126) return { length: second, start: at + 2 };
  if (second === 126) return { length: stream.readUInt16BE(at + 2), start: at + 4 };
  return { length: Number(stream.readBigUInt64BE(at + 2)), start: at + 10 };
}
