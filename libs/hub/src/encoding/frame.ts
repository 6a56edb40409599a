/** First byte of a text message in one frame: FIN and opcode 1. */
const FIN_TEXT = 0x81;
const MAX_7_BIT = 125;
const MAX_16_BIT = 0xffff;
const LENGTH_16_BIT = 126;
const LENGTH_64_BIT = 127;

/** A text frame (RFC 6455, section 5.2). Servers do not mask, so the same bytes serve every recipient. */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const header = headerLength(length);
  const frame = Buffer.allocUnsafe(header + length);
  frame[0] = FIN_TEXT;
  writeLength(frame, length);
  frame.write(text, header, 'utf8');
  return frame;
}

function headerLength(length: number): number {
  if (length <= MAX_7_BIT) return 2;
  return length <= MAX_16_BIT ? 4 : 10;
}

function writeLength(frame: Buffer, length: number): void {
  if (length <= MAX_7_BIT) {
    frame[1] = length;
  } else if (length <= MAX_16_BIT) {
    frame[1] = LENGTH_16_BIT;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = LENGTH_64_BIT;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
}
