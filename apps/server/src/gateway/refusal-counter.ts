import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { SERVER_CONFIG, type ServerConfig } from '../config/server.config.js';
import { HubMetrics } from '../telemetry/hub-metrics.js';
import type { Refusal } from './admission.js';
import { ClientAddress } from './client-address.js';
import { RefusalLog } from './refusal-log.js';

/** Where every refused handshake is counted and told of, whoever answers it. */
@Injectable()
export class RefusalCounter {
  private readonly addresses: ClientAddress;

  constructor(
    @Inject(SERVER_CONFIG) { trustedProxies }: ServerConfig,
    private readonly log: RefusalLog,
    private readonly metrics: HubMetrics,
  ) {
    this.addresses = new ClientAddress(trustedProxies);
  }

  refused(request: IncomingMessage, refusal: Refusal): void {
    this.count(this.addresses.of(request), refusal);
  }

  /** For what never became a request. */
  count(address: string, refusal: Refusal): void {
    this.metrics.connects.inc({ result: 'refused' });
    this.metrics.refusals.inc({ reason: refusal.reason });
    this.log.refused(address, refusal);
  }
}
