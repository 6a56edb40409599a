import { networkOf } from '../gateway/ip-address.js';
import type { TokenContext } from './token-verifier.js';

const MAX_IN_FLIGHT = 100;
/** For every address, also those without other limits: slow tokens from one address must not block the others. */
const MAX_PER_NETWORK = 10;
/** Share of both limits for tokens of connected clients. The rest is reserved for clients that connect. */
const SHARE_OF_REFRESHES = 0.5;

interface Count {
  all: number;
  refreshes: number;
}

type Asking = Pick<TokenContext, 'moment' | 'remoteAddress'>;

/** Counts the requests that wait for the webhook. */
export class InFlight {
  private readonly total: Count = { all: 0, refreshes: 0 };
  private readonly networks = new Map<string, Count>();

  /** Counts a request; each needs its `end`. @returns why there is no room, in which case nothing is counted */
  begin({ moment, remoteAddress }: Asking): string | undefined {
    const network = networkOf(remoteAddress);
    const own = this.networks.get(network) ?? { all: 0, refreshes: 0 };
    if (!hasRoom(this.total, MAX_IN_FLIGHT, moment)) return 'too many requests are waiting';
    if (!hasRoom(own, MAX_PER_NETWORK, moment)) return 'too many requests from one address are waiting';
    this.networks.set(network, own);
    change(own, moment, 1);
    change(this.total, moment, 1);
    return undefined;
  }

  end({ moment, remoteAddress }: Asking): void {
    change(this.total, moment, -1);
    const network = networkOf(remoteAddress);
    const own = this.networks.get(network);
    if (own === undefined) return;
    change(own, moment, -1);
    if (own.all === 0) this.networks.delete(network);
  }
}

function hasRoom({ all, refreshes }: Count, max: number, moment: Asking['moment']): boolean {
  return all < max && (moment !== 'refresh' || refreshes < max * SHARE_OF_REFRESHES);
}

function change(count: Count, moment: Asking['moment'], by: 1 | -1): void {
  count.all += by;
  if (moment === 'refresh') count.refreshes += by;
}
