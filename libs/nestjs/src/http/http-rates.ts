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
 * Limits the requests per address without a valid API key or token, and with them the guessing of credentials. Each
 * request is charged before any work is done for it; valid credentials get a refund.
 */
@Injectable()
export class HttpRates {
  private readonly rates: AddressRates;
  /** The networks that addresses are charged to; empty for those without a limit. The lookup costs more than the charge. */
  private readonly networks = new Map<string, string>();

  constructor(
    @Inject(HTTP_OPTIONS) { maxHttpRatePerIp }: Pick<HttpOptions, 'maxHttpRatePerIp'>,
    private readonly caps: Caps,
    private readonly clock: Clock,
  ) {
    this.rates = new AddressRates(maxHttpRatePerIp);
  }

  /** Charges a request once, however often it is called. @returns whether the request may proceed */
  charge(request: IncomingMessage, address: string): boolean {
    const state = stateOf(request);
    if (state.chargedTo !== undefined) return true;
    const network = this.networkOf(address);
    if (network !== '' && !this.rates.take(network, this.clock.monotonicMs())) return false;
    state.chargedTo = network;
    return true;
  }

  /** The request has valid credentials, which have limits of their own. */
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
