export const TEXT = 1;
export const CLOSE = 8;
export const PING = 9;
const PONG = 10;

const FIN = 0x80;
const MASKED = 0x80;
const SHORT_HEADER = 2;
const MASK_BYTES = 4;
const MAX_SHORT = 125;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
/** Longer than anything that a benchmarked server may send. A longer frame means a broken stream. */
const MAX_PAYLOAD = 64 * 1024 * 1024;

/** The server's stream is not made of complete, unmasked, uncompressed frames. */
export class StreamError extends Error {}

/** The position of a frame in a buffer. One object is reused, since millions are read per second. */
export class FrameView {
  opcode = 0;
  /** The start of the payload. */
  payload = 0;
  /** The byte after the frame. */
  end = 0;

  /**
   * Finds the frame that starts at `at` (RFC 6455, section 5.2); false if its end has not arrived yet.
   *
   * @throws StreamError if a server must not send it here: fragmented, compressed or masked
   */
  read(bytes: Buffer, at: number): boolean {
    const available = bytes.length - at;
    if (available < SHORT_HEADER) return false;
    const first = bytes[at] as number;
    const length = bytes[at + 1] as number;
    if ((first & 0xf0) !== FIN || (length & MASKED) !== 0) throw new StreamError('not a whole, plain frame');
    const header = length <= MAX_SHORT ? SHORT_HEADER : length === LENGTH_16 ? 4 : 10;
    if (available < header) return false;
    const size = length <= MAX_SHORT ? length : readLength(bytes, at + SHORT_HEADER, length);
    if (available < header + size) return false;
    this.opcode = first & 0x0f;
    this.payload = at + header;
    this.end = at + header + size;
    return true;
  }
}

function readLength(bytes: Buffer, at: number, kind: number): number {
  if (kind === LENGTH_16) return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  const size = Number(bytes.readBigUInt64BE(at));
  if (size > MAX_PAYLOAD) throw new StreamError(`a frame of ${size} bytes`);
  return size;
}

/** The header of a client's text frame without its mask. */
function clientHeader(opcode: number, size: number): Buffer {
  if (size <= MAX_SHORT) return Buffer.from([FIN | opcode, MASKED | size]);
  const header = Buffer.alloc(size <= 0xffff ? 4 : 10);
  header[0] = FIN | opcode;
  if (size <= 0xffff) {
    header[1] = MASKED | LENGTH_16;
    header.writeUInt16BE(size, SHORT_HEADER);
  } else {
    header[1] = MASKED | LENGTH_64;
    header.writeBigUInt64BE(BigInt(size), SHORT_HEADER);
  }
  return header;
}

/** A client's frame, masked as RFC 6455, section 5.3 requires; the payload starts at `payloadAt(frame)`. */
export function clientFrame(opcode: number, payload: Buffer, mask: Buffer): Buffer {
  const masked = Buffer.from(payload);
  for (let i = 0; i < masked.length; i++)
    masked[i] = (masked[i] as number) ^ (mask[i % MASK_BYTES] as number);
  return Buffer.concat([clientHeader(opcode, payload.length), mask, masked]);
}

/** The answer to a ping. */
export function pongFrame(payload: Buffer, mask: Buffer): Buffer {
  return clientFrame(PONG, payload, mask);
}
