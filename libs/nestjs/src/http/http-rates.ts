import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '@ws-hub/hub';
import { AddressRates } from '../gateway/address-rates.js';
import { Caps } from '../gateway/caps.js';
import { networkOf } from '../gateway/ip-address.js';
import { HTTP_OPTIONS, type HttpOptions } from './http-options.js';

/**
 * Bounds the requests of each address that have shown no good API key or token, and so the guessing of them. Each request
 * is charged before anything is done for it; those with good credentials get it back.
 */
@Injectable()
export class HttpRates {
  private readonly rates: AddressRates;
  /** What each request was charged to; undefined for an address without a limit. */
  private readonly charged = new WeakMap<IncomingMessage, string | undefined>();

  constructor(
    @Inject(HTTP_OPTIONS) { maxHttpRatePerIp }: Pick<HttpOptions, 'maxHttpRatePerIp'>,
    private readonly caps: Caps,
    private readonly clock: Clock,
  ) {
    this.rates = new AddressRates(maxHttpRatePerIp);
  }

  /** Charges a request, once whoever asks. @returns whether it may go on */
  charge(request: IncomingMessage, address: string): boolean {
    if (this.charged.has(request)) return true;
    const network = this.caps.isUnlimited(address) ? undefined : networkOf(address);
    if (network !== undefined && !this.rates.take(network, this.clock.monotonicMs())) return false;
    this.charged.set(request, network);
    return true;
  }

  /** It has shown good credentials, for which other limits hold. */
  refund(request: IncomingMessage): void {
    const network = this.charged.get(request);
    if (network === undefined) return;
    this.charged.set(request, undefined);
    this.rates.giveBack(network);
  }
}
