import { EXIT } from '../config/exit-codes.js';
import type { Leaving } from '../leaving.js';
import type { Notices } from '../notices.js';

/** Records lines that were not acknowledged; acknowledged ones need no record. */
export class Report {
  /** Not stored for certain, because the command ended before they were sent. */
  private readonly unsent: number[] = [];
  /** Sent, and maybe stored. */
  private readonly unknown: number[] = [];
  private hasBadInput = false;
  private firstUnread: number | undefined;

  /** @param isText whether the input is one message, not a stream of lines */
  constructor(
    private readonly isText: boolean,
    private readonly notices: Notices,
  ) {}

  /** The line cannot be published, or the hub rejected it; the others continue. */
  bad(line: number, why: string): void {
    this.hasBadInput = true;
    this.notices.tell(`${this.isText ? 'TEXT' : `line ${line}`}: ${why}`);
  }

  ended(line: number, wasSent: boolean): void {
    (wasSent ? this.unknown : this.unsent).push(line);
  }

  /** The command ended before it sent this line or any later one. */
  left(line: number): void {
    this.firstUnread = Math.min(line, this.firstUnread ?? line);
  }

  /** Says what is left at the end. @returns the exit code */
  close({ reason }: Leaving): number {
    const { unsent, unknown, firstUnread } = this;
    if (reason && reason.why !== '') this.notices.tell(reason.why);
    if (unknown.length > 0) this.notices.tell(`sent, but not acknowledged: ${this.name(unknown)}`);
    if (unsent.length > 0) this.notices.tell(`not sent: ${this.name(unsent)}`);
    if (firstUnread !== undefined) this.notices.tell(`not sent: ${this.nameFrom(firstUnread)}`);
    if (unknown.length + unsent.length > 0) return EXIT.unacknowledged;
    if (reason !== undefined && reason.exitCode !== EXIT.done) return reason.exitCode;
    if (firstUnread !== undefined) return EXIT.unacknowledged;
    return this.hasBadInput ? EXIT.badInput : EXIT.done;
  }

  private name(lines: readonly number[]): string {
    return this.isText ? 'TEXT' : rangesOf(lines);
  }

  private nameFrom(line: number): string {
    return this.isText ? 'TEXT' : `line ${line} and all following lines`;
  }
}

/** Numbers of lines in words: `lines 3, 7-9`. */
export function rangesOf(lines: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const line of lines.toSorted((a, b) => a - b)) {
    const range = ranges.at(-1);
    if (range !== undefined && line <= range[1] + 1) range[1] = line;
    else ranges.push([line, line]);
  }
  const parts = ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
  return `${lines.length === 1 ? 'line' : 'lines'} ${parts.join(', ')}`;
}
