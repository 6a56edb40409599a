import { StreamError, TEXT } from './frame.js';

const LF = 0x0a;
const END = '\n\n';
const EVENT = Buffer.from('event:');
const DATA = Buffer.from('data:');
/** Longer than anything that a benchmarked server may send. A longer event means a broken stream. */
const MAX_EVENT = 64 * 1024 * 1024;

/**
 * The position of an event in a stream of server-sent events (HTML Standard, section 9.2); the counterpart of
 * `FrameView`.
 */
export class EventView {
  readonly opcode = TEXT;
  payload = 0;
  /** The byte after the empty line that ends it. */
  end = 0;

  /** @throws StreamError if it has no end */
  read(bytes: Buffer, at: number): boolean {
    const found = bytes.indexOf(END, at, 'latin1');
    if (found === -1) {
      if (bytes.length - at > MAX_EVENT) throw new StreamError(`an event of more than ${MAX_EVENT} bytes`);
      return false;
    }
    this.payload = at;
    this.end = found + END.length;
    return true;
  }
}

/** Whether a listener gets the event as `message`: it has data, and no name. */
export function isNamelessEvent(bytes: Buffer, start: number, end: number): boolean {
  let hasData = false;
  for (let line = start; line < end; line = bytes.indexOf(LF, line) + 1) {
    if (startsWith(bytes, line, EVENT)) return false;
    hasData ||= startsWith(bytes, line, DATA);
  }
  return hasData;
}

function startsWith(bytes: Buffer, at: number, prefix: Buffer): boolean {
  for (let i = 0; i < prefix.length; i++) if (bytes[at + i] !== prefix[i]) return false;
  return true;
}
