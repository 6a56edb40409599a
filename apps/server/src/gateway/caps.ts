import type { Refusal } from './admission.js';
import { networkOf } from './ip-address.js';

const RETRY_AFTER_S = 5;
const SECOND_MS = 1_000;

/** How many may connect; 0 means no limit, except for the total. */
export interface CapLimits {
  readonly maxConnections: number;
  readonly maxConnectionsPerIp: number;
  readonly maxConnectsPerIpPerSecond: number;
}

/** Counts connections and handshakes, in total and per address, and refuses those that are too many. */
export class Caps {
  private total = 0;
  private readonly connections = new Map<string, number>();
  /** The handshakes of the current second; emptied with each new one, so that it cannot grow for ever. */
  private readonly connects = new Map<string, number>();
  private connectsSinceMs = 0;

  constructor(private readonly limits: CapLimits) {}

  get full(): boolean {
    return this.total >= this.limits.maxConnections;
  }

  /** @param nowMs monotonic time */
  check(address: string, nowMs: number): Refusal | undefined {
    const { maxConnectionsPerIp, maxConnectsPerIpPerSecond } = this.limits;
    if (this.full) return refusal(503, 'full', 'the hub is full');
    const network = networkOf(address);
    if (exceeds(this.countConnect(network, nowMs), maxConnectsPerIpPerSecond)) {
      return refusal(429, 'connects_per_ip', 'too many handshakes from this address');
    }
    if (exceeds((this.connections.get(network) ?? 0) + 1, maxConnectionsPerIp)) {
      return refusal(429, 'connections_per_ip', 'too many connections from this address');
    }
    return undefined;
  }

  add(address: string): void {
    this.total++;
    if (this.limits.maxConnectionsPerIp === 0) return;
    const network = networkOf(address);
    this.connections.set(network, (this.connections.get(network) ?? 0) + 1);
  }

  remove(address: string): void {
    this.total--;
    if (this.limits.maxConnectionsPerIp === 0) return;
    const network = networkOf(address);
    const left = (this.connections.get(network) ?? 0) - 1;
    if (left > 0) this.connections.set(network, left);
    else this.connections.delete(network);
  }

  private countConnect(network: string, nowMs: number): number {
    if (this.limits.maxConnectsPerIpPerSecond === 0) return 0;
    if (nowMs - this.connectsSinceMs >= SECOND_MS) {
      this.connects.clear();
      this.connectsSinceMs = nowMs;
    }
    const count = (this.connects.get(network) ?? 0) + 1;
    this.connects.set(network, count);
    return count;
  }
}

function exceeds(count: number, limit: number): boolean {
  return limit > 0 && count > limit;
}

function refusal(status: number, reason: Refusal['reason'], message: string): Refusal {
  return { status, reason, message, headers: { 'Retry-After': String(RETRY_AFTER_S) } };
}
