import { AddressRates } from './address-rates.js';
import type { Refusal } from './admission.js';
import { type Capacity, capacityOf } from './capacity.js';
import { descriptorLimit } from './descriptors.js';
import type { GatewayOptions } from './gateway-options.js';
import { Networks, networkOf } from './ip-address.js';

const RETRY_AFTER_S = 5;
/** Sockets per address beyond its connections, so that the next client can be told that it is over the limit. */
const ANSWER_ROOM = 10;

/** Connection limits. 0 means no limit, except for the total. */
export type CapLimits = Pick<
  GatewayOptions,
  'maxConnections' | 'maxConnectionsPerIp' | 'maxConnectsPerIpPerSecond' | 'unlimitedNetworks'
>;

/** Counts connections and handshakes, in total and per address, and rejects those over a limit. */
export class Caps {
  readonly capacity: Capacity;
  private total = 0;
  private readonly connections = new Map<string, number>();
  private readonly handshakes: AddressRates;
  private readonly unlimited: Networks;

  constructor(private readonly limits: CapLimits) {
    this.capacity = capacityOf(limits.maxConnections, descriptorLimit());
    this.handshakes = new AddressRates(limits.maxConnectsPerIpPerSecond);
    this.unlimited = new Networks(limits.unlimitedNetworks);
  }

  get full(): boolean {
    return this.total >= this.capacity.connections;
  }

  /** Whether the address is exempt from the limits per address. */
  isUnlimited(address: string): boolean {
    return this.unlimited.has(address);
  }

  /** Counts a handshake, before any work is done for it. @param nowMs monotonic time */
  handshake(address: string, nowMs: number): Refusal | undefined {
    if (this.isUnlimited(address) || this.handshakes.take(networkOf(address), nowMs)) return undefined;
    return refusal(429, 'connects_per_ip', 'too many handshakes from this address');
  }

  /** Whether there is room for another connection. */
  room(address: string): Refusal | undefined {
    if (this.full) return refusal(503, 'full', 'the hub is full');
    const { maxConnectionsPerIp } = this.limits;
    if (maxConnectionsPerIp === 0 || this.isUnlimited(address)) return undefined;
    if (this.connectionsOf(networkOf(address)) < maxConnectionsPerIp) return undefined;
    return refusal(429, 'connections_per_ip', 'too many connections from this address');
  }

  /** Whether a limited network may open another socket. @param waiting its sockets that are not connections yet */
  mayOpen(network: string, waiting: number): boolean {
    const { maxConnectionsPerIp } = this.limits;
    if (maxConnectionsPerIp === 0) return true;
    return this.connectionsOf(network) + waiting < maxConnectionsPerIp + ANSWER_ROOM;
  }

  add(address: string): void {
    this.total++;
    if (this.limits.maxConnectionsPerIp === 0) return;
    const network = networkOf(address);
    this.connections.set(network, this.connectionsOf(network) + 1);
  }

  remove(address: string): void {
    this.total--;
    if (this.limits.maxConnectionsPerIp === 0) return;
    const network = networkOf(address);
    const left = this.connectionsOf(network) - 1;
    if (left > 0) this.connections.set(network, left);
    else this.connections.delete(network);
  }

  private connectionsOf(network: string): number {
    return this.connections.get(network) ?? 0;
  }
}

/** A refusal after which the client may retry, but not at once. */
export function refusal(status: number, reason: Refusal['reason'], message: string): Refusal {
  return { status, reason, message, headers: { 'Retry-After': String(RETRY_AFTER_S) } };
}
