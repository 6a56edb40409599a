import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { HubMetrics } from '../telemetry/hub-metrics.js';
import type { Refusal } from './admission.js';
import { ClientAddress } from './client-address.js';
import { GATEWAY_OPTIONS, type GatewayOptions } from './gateway-options.js';
import { RefusalLog } from './refusal-log.js';

/** Counts and logs every rejected handshake and request, wherever it is answered. */
@Injectable()
export class RefusalCounter {
  private readonly addresses: ClientAddress;

  constructor(
    @Inject(GATEWAY_OPTIONS) { trustedProxies }: GatewayOptions,
    private readonly log: RefusalLog,
    private readonly metrics: HubMetrics,
  ) {
    this.addresses = new ClientAddress(trustedProxies);
  }

  refused(request: IncomingMessage, refusal: Refusal): void {
    this.count(this.addresses.of(request), refusal);
  }

  /** For connections that never sent a valid request. */
  count(address: string, refusal: Refusal): void {
    this.metrics.connects.inc({ result: 'refused' });
    this.metrics.refusals.inc({ reason: refusal.reason });
    this.log.refused(address, refusal);
  }

  /** Like `count`, for a request that is not a handshake. */
  requestRefused(request: IncomingMessage, refusal: Refusal): void {
    this.metrics.refusals.inc({ reason: refusal.reason });
    this.log.requestRefused(this.addresses.of(request), refusal);
  }
}
