import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '@ws-hub/hub';
import { AddressRates } from '../gateway/address-rates.js';
import { Caps } from '../gateway/caps.js';
import { networkOf } from '../gateway/ip-address.js';
import { HTTP_OPTIONS, type HttpOptions } from './http-options.js';
import { stateOf } from './request-state.js';

const MAX_KNOWN = 1_000;

/**
 * Bounds the requests of each address that have shown no good API key or token, and so the guessing of them. Each request
 * is charged before anything is done for it; those with good credentials get it back.
 */
@Injectable()
export class HttpRates {
  private readonly rates: AddressRates;
  /** What addresses are charged to; empty for those without a limit. To find it out costs more than to charge. */
  private readonly networks = new Map<string, string>();

  constructor(
    @Inject(HTTP_OPTIONS) { maxHttpRatePerIp }: Pick<HttpOptions, 'maxHttpRatePerIp'>,
    private readonly caps: Caps,
    private readonly clock: Clock,
  ) {
    this.rates = new AddressRates(maxHttpRatePerIp);
  }

  /** Charges a request, once whoever asks. @returns whether it may go on */
  charge(request: IncomingMessage, address: string): boolean {
    const state = stateOf(request);
    if (state.chargedTo !== undefined) return true;
    const network = this.networkOf(address);
    if (network !== '' && !this.rates.take(network, this.clock.monotonicMs())) return false;
    state.chargedTo = network;
    return true;
  }

  /** It has shown good credentials, for which other limits hold. */
  refund(request: IncomingMessage): void {
    const state = stateOf(request);
    if (state.chargedTo) this.rates.giveBack(state.chargedTo);
    state.chargedTo = '';
  }

  private networkOf(address: string): string {
    const known = this.networks.get(address);
    if (known !== undefined) return known;
    if (this.networks.size >= MAX_KNOWN) this.networks.clear();
    const network = this.caps.isUnlimited(address) ? '' : networkOf(address);
    this.networks.set(address, network);
    return network;
  }
}
