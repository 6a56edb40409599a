import type { Leaving } from '../leaving.js';
import type { Notices } from '../notices.js';
import type { Acks } from './acks.js';
import type { Speech } from './read-line.js';
import type { Report } from './report.js';
import type { Room } from './room.js';

/** What says lines to a hub, and takes down what becomes of them. */
export interface Speaker {
  /** Resolves when it can speak. @returns false if it never will */
  connect(): Promise<boolean>;
  /** Resolves when the line is on its way to the hub. @returns false if nothing is to be said any more */
  say(line: number, speech: Speech): Promise<boolean>;
  /** Resolves when all that becomes of its lines is taken down. */
  close(): Promise<void>;
}

/** What all speakers work with. */
export interface Desk {
  readonly room: Room;
  readonly report: Report;
  readonly acks: Acks;
  readonly notices: Notices;
  readonly leaving: Leaving;
}

/** The most that travels with the content of a line, in bytes. */
const OVERHEAD_BYTES = 256;

/** What a line takes on its way, in bytes. */
export function sizeOf({ content }: Speech): number {
  return Buffer.byteLength(JSON.stringify(content)) + OVERHEAD_BYTES;
}
