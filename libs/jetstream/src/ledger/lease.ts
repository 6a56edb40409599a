import { randomUUID } from 'node:crypto';
import type { Clock } from '@ws-hub/hub';
import type { Jet } from '../notices/notice-upkeep.js';
import { replace } from './jet-publish.js';
import type { LedgerMessages } from './ledger-messages.js';

/** The part of the lease that its holder uses. The rest is for writes in flight when it ends. */
const USED = 0.8;

interface Found {
  readonly sequence: number;
  /** Empty for a lease that was given up, or that no hub wrote. */
  readonly holder: string;
  readonly isFree: boolean;
}

/**
 * Determines which hub leads: a message that its holder keeps replacing. Others take the lease when the message has not
 * changed for the duration of the lease, by their own clocks, so no two clocks have to agree.
 */
export class Lease {
  private readonly own = randomUUID();
  /** Its sequence while this hub holds it; 0 if unknown. */
  private sequence = 0;
  private usedUntilMs = Number.NEGATIVE_INFINITY;
  private seen = { sequence: -1, sinceMs: 0 };

  constructor(
    private readonly stream: string,
    private readonly messages: LedgerMessages,
    private readonly clock: Clock,
    private readonly timeMs: number,
  ) {}

  get isHeld(): boolean {
    return this.clock.monotonicMs() < this.usedUntilMs;
  }

  /** Renews the lease, or takes it if nobody holds it. @returns whether it is held @throws Error without an answer */
  async claim(jet: Jet): Promise<boolean> {
    const nowMs = this.clock.monotonicMs();
    const replaced = this.sequence > 0 ? this.sequence : await this.takeable(jet, nowMs);
    if (replaced === undefined) return false;
    // Without an answer the result is unknown, and the lease has to be read again.
    this.sequence = 0;
    const sequence = await replace(jet, this.stream, this.messageOf(this.own), replaced);
    if (sequence === undefined) {
      this.usedUntilMs = Number.NEGATIVE_INFINITY;
      return false;
    }
    this.sequence = sequence;
    this.usedUntilMs = nowMs + this.timeMs * USED;
    return true;
  }

  /** It is no longer held, though others do not know yet. */
  drop(): void {
    this.usedUntilMs = Number.NEGATIVE_INFINITY;
  }

  /** Lets the next hub take it at once. @throws Error without an answer */
  async giveUp(jet: Jet): Promise<void> {
    this.drop();
    const { sequence } = this;
    this.sequence = 0;
    if (sequence > 0) await replace(jet, this.stream, this.messageOf(''), sequence);
  }

  /** The sequence of the lease, 0 if there is none; undefined if another hub holds it. */
  private async takeable(jet: Jet, nowMs: number): Promise<number | undefined> {
    const found = await this.find(jet);
    if (found === undefined) return 0;
    if (found.isFree || found.holder === this.own) return found.sequence;
    if (found.sequence !== this.seen.sequence) this.seen = { sequence: found.sequence, sinceMs: nowMs };
    return nowMs - this.seen.sinceMs >= this.timeMs ? found.sequence : undefined;
  }

  private async find({ manager }: Jet): Promise<Found | undefined> {
    const { lease } = this.messages;
    const found = await manager.streams.getMessage(this.stream, { last_by_subj: lease });
    if (found === null || found === undefined) return undefined;
    const { seq: sequence, subject, header: headers, data } = found;
    const read = this.messages.read({ subject, headers, data });
    const { holder = '' } = (read?.value ?? {}) as { holder?: string };
    return { sequence, holder, isFree: read !== undefined && holder === '' };
  }

  private messageOf(holder: string) {
    return this.messages.sealed(this.messages.lease, { holder });
  }
}
