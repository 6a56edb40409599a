import { Injectable } from '@nestjs/common';
import { Clock } from '@ws-hub/hub';
import { HubLogger } from '../logger/hub-logger.js';
import { OnceAMinute } from '../telemetry/once-a-minute.js';
import type { Refusal } from './admission.js';
import { networkOf } from './ip-address.js';

/** Logs rejected handshakes and requests, at most once per minute per address (IPv6: per /64). */
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

  /** Like the handshake's, for any other request. */
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
