import type { Leaving } from '../leaving.js';
import type { Notices } from '../notices.js';
import type { Acks } from './acks.js';
import type { Speech } from './read-line.js';
import type { Report } from './report.js';
import type { Room } from './room.js';

/** Publishes lines to a hub, and records what becomes of them. */
export interface Speaker {
  /** Resolves when it can publish. @returns false if it never will */
  connect(): Promise<boolean>;
  /** Resolves when the line is on its way to the hub. @returns false if nothing more is to be published */
  say(line: number, speech: Speech): Promise<boolean>;
  /** Resolves when the outcome of all its lines is recorded. */
  close(): Promise<void>;
}

/** What all speakers share. */
export interface Desk {
  readonly room: Room;
  readonly report: Report;
  readonly acks: Acks;
  readonly notices: Notices;
  readonly leaving: Leaving;
}

/** The most that travels with the content of a line, in bytes. */
const OVERHEAD_BYTES = 256;

/** The size of a line on the wire, in bytes. */
export function sizeOf({ content }: Speech): number {
  return Buffer.byteLength(JSON.stringify(content)) + OVERHEAD_BYTES;
}
