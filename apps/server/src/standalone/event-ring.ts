import type { LogFields } from '@ws-hub/nestjs';

export const MAX_EVENTS = 500;

/** A line as it was logged, with the fields that the logger got. */
export interface LoggedEvent {
  /** Grows by one. */
  readonly seq: number;
  readonly at: number;
  readonly level: 'info' | 'warn' | 'error';
  readonly fields: LogFields;
  readonly message: string;
}

/** The last lines of the hub's logger, for the console: they are not formatted until requested. */
export class EventRing {
  private readonly events: LoggedEvent[] = [];
  private seq = 0;

  get lastSeq(): number {
    return this.seq;
  }

  add(level: LoggedEvent['level'], fields: LogFields, message: string): void {
    this.events.push({ seq: ++this.seq, at: Date.now(), level, fields, message });
    if (this.events.length > MAX_EVENTS) this.events.shift();
  }

  /** Oldest first. */
  all(): readonly LoggedEvent[] {
    return this.events;
  }
}
