import { networkOf } from '../gateway/ip-address.js';
import type { TokenContext } from './token-verifier.js';

const MAX_IN_FLIGHT = 100;
/** Of them for tokens of clients that are in already; the rest is kept for those that want to come in. */
const MAX_REFRESHES = 50;
/** For any address, also one without other limits: whoever sends slow tokens keeps nobody else waiting. */
const MAX_PER_NETWORK = 10;

type Asking = Pick<TokenContext, 'moment' | 'remoteAddress'>;

/** Counts the questions that wait for an answer of the webhook. */
export class InFlight {
  private total = 0;
  private refreshes = 0;
  private readonly networks = new Map<string, number>();

  /** Counts one more; each needs its `end`. @returns why there is no room, and nothing is counted */
  begin({ moment, remoteAddress }: Asking): string | undefined {
    const network = networkOf(remoteAddress);
    const ofNetwork = this.networks.get(network) ?? 0;
    if (this.total >= MAX_IN_FLIGHT) return `${MAX_IN_FLIGHT} requests wait already`;
    if (moment === 'refresh' && this.refreshes >= MAX_REFRESHES)
      return `${MAX_REFRESHES} requests of connected clients wait already`;
    if (ofNetwork >= MAX_PER_NETWORK) return `${MAX_PER_NETWORK} requests of one address wait already`;
    this.total += 1;
    if (moment === 'refresh') this.refreshes += 1;
    this.networks.set(network, ofNetwork + 1);
    return undefined;
  }

  end({ moment, remoteAddress }: Asking): void {
    this.total -= 1;
    if (moment === 'refresh') this.refreshes -= 1;
    const network = networkOf(remoteAddress);
    const left = (this.networks.get(network) ?? 0) - 1;
    if (left > 0) this.networks.set(network, left);
    else this.networks.delete(network);
  }
}
