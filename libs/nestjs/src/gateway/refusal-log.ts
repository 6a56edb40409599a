import { Injectable } from '@nestjs/common';
import { Clock } from '@ws-hub/hub';
import { HubLogger } from '../logger/hub-logger.js';
import { OnceAMinute } from '../telemetry/once-a-minute.js';
import type { Refusal } from './admission.js';
import { networkOf } from './ip-address.js';

/** Tells of refused handshakes and requests once per address (IPv6: one /64) and minute. */
@Injectable()
export class RefusalLog {
  private readonly lines = new OnceAMinute();

  constructor(
    private readonly logger: HubLogger,
    private readonly clock: Clock,
  ) {}

  refused(address: string, { status, reason, message }: Omit<Refusal, 'headers'>): void {
    if (!this.isDue(address)) return;
    this.logger.warn(
      { event: 'handshake_refused', remote_address: address, status, reason, message },
      'handshake refused',
    );
  }

  /** The same for a request that is no handshake. */
  requestRefused(address: string, { status, reason, message }: Omit<Refusal, 'headers'>): void {
    if (!this.isDue(address)) return;
    this.logger.warn(
      { event: 'request_refused', remote_address: address, status, reason, message },
      'request refused',
    );
  }

  private isDue(address: string): boolean {
    return this.lines.isDue(networkOf(address), this.clock.monotonicMs());
  }
}
