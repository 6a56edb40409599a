/** Parses server frames from a stream that arrives in chunks (RFC 6455, section 5.2). */
export class FrameReader {
  hasBegun = false;
  private rest: Buffer = Buffer.alloc(0);

  constructor(private readonly onFrame: (opcode: number, payload: Buffer) => void) {}

  push(chunk: Buffer): void {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    let at = 0;
    for (;;) {
      const frame = boundsOf(bytes, at);
      if (frame === undefined || frame.end > bytes.length) break;
      this.onFrame((bytes[at] as number) & 15, bytes.subarray(frame.start, frame.end));
      at = frame.end;
    }
    this.rest = bytes.subarray(at);
  }
}

/** Start and end of the payload of the frame at this place; undefined if its header is not complete. */
function boundsOf(bytes: Buffer, at: number): { start: number; end: number } | undefined {
  if (bytes.length < at + 2) return undefined;
  const second = bytes[at + 1] as number;
  const start = at + (second < 126 ? 2 : second === 126 ? 4 : 10);
  if (bytes.length < start) return undefined;
  if (second < 126) return { start, end: start + second };
  const length = second === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
  return { start, end: start + length };
}
