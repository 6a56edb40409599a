import { Injectable } from '@nestjs/common';
import { Clock } from '@ws-hub/hub';
import { HubLogger } from '../logger/hub-logger.js';
import { AddressRates } from './address-rates.js';
import type { Refusal } from './admission.js';
import { networkOf } from './ip-address.js';

const ONCE_PER_MS = 60_000;
const MAX_ADDRESSES = 10_000;
/** Of all addresses together: whoever has a million of them writes no more than this. */
const MAX_LINES_PER_SECOND = 20;

/** Tells of refused handshakes once per address (IPv6: one /64) and minute: a flood of them must not become a flood of lines. */
@Injectable()
export class RefusalLog {
  /** When each address was last told of; in that order, so that the oldest can make room. */
  private readonly told = new Map<string, number>();

  private readonly lines = new AddressRates(MAX_LINES_PER_SECOND);

  constructor(
    private readonly logger: HubLogger,
    private readonly clock: Clock,
  ) {}

  refused(address: string, { status, reason, message }: Omit<Refusal, 'headers'>): void {
    if (!this.isDue(networkOf(address))) return;
    this.logger.warn(
      { event: 'handshake_refused', remote_address: address, status, reason, message },
      'handshake refused',
    );
  }

  private isDue(network: string): boolean {
    const nowMs = this.clock.monotonicMs();
    const toldMs = this.told.get(network);
    if (toldMs !== undefined && nowMs - toldMs < ONCE_PER_MS) return false;
    if (!this.lines.take('', nowMs)) return false;
    this.told.delete(network);
    this.told.set(network, nowMs);
    if (this.told.size > MAX_ADDRESSES) this.forgetOldest();
    return true;
  }

  private forgetOldest(): void {
    const [oldest] = this.told.keys();
    if (oldest !== undefined) this.told.delete(oldest);
  }
}
