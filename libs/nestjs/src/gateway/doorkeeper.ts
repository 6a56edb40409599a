import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { Clock, MessageLog } from '@ws-hub/hub';
import { HubService } from '../hub.service.js';
import { type Admission, AdmissionRules, type Refusal } from './admission.js';
import { Caps } from './caps.js';
import { ClientAddress } from './client-address.js';
import { GATEWAY_OPTIONS, type GatewayOptions } from './gateway-options.js';

/** For clients that connect while the hub drains. */
export const DRAINING: Refusal = {
  status: 503,
  reason: 'draining',
  message: 'the hub is shutting down',
  headers: { 'Retry-After': '1' },
};

const STARTING: Refusal = {
  status: 503,
  reason: 'starting',
  message: 'the hub has not connected to its log yet',
  headers: { 'Retry-After': '1' },
};

/** Decides which clients are admitted: first by the rate of their address, then by the request, then by free capacity. */
@Injectable()
export class Doorkeeper {
  private readonly rules: AdmissionRules;
  private readonly addresses: ClientAddress;

  constructor(
    @Inject(GATEWAY_OPTIONS) options: GatewayOptions,
    private readonly caps: Caps,
    private readonly hub: HubService,
    private readonly clock: Clock,
    private readonly log: MessageLog,
  ) {
    this.rules = new AdmissionRules(options);
    this.addresses = new ClientAddress(options.trustedProxies);
  }

  admit(request: IncomingMessage): Admission | Refusal {
    const address = this.addressOf(request);
    const tooMany = this.handshake(address);
    if (tooMany !== undefined) return tooMany;
    const answer = this.rules.admit(request);
    if ('status' in answer) return answer;
    return this.room(address) ?? answer;
  }

  /** Counts a handshake, before any work is done for it. */
  handshake(address: string): Refusal | undefined {
    return this.caps.handshake(address, this.clock.monotonicMs());
  }

  /** Whether another connection may begin now. */
  room(address: string): Refusal | undefined {
    if (this.hub.door.isDraining) return DRAINING;
    if (!this.log.hasBegun) return STARTING;
    return this.caps.room(address);
  }

  addressOf(request: IncomingMessage): string {
    return this.addresses.of(request);
  }
}
