import type { Socket } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import {
  Caps,
  ClientAddress,
  networkOf,
  plainAddress,
  type Refusal,
  RefusalCounter,
} from '@ws-hub/nestjs/gateway';
import { SERVER_CONFIG, type ServerConfig } from '../config/server.config.js';

const TOO_MANY: Refusal = {
  status: 429,
  reason: 'sockets_per_ip',
  message: 'too many sockets from this address; closed without a response',
};
const PUSHED_OUT: Refusal = {
  status: 503,
  reason: 'waiting',
  message: 'too many sockets that are not WebSockets; closed without a response',
};
/** For proxies and other addresses exempt from limits per address. */
const UNCOUNTED = '';

/**
 * Accepted sockets that are not yet, or never become, WebSocket connections.
 *
 * Their number is bounded per address and in total. Above that the socket that has been idle longest is closed,
 * so that idle sockets do not lock others out. A socket that becomes a connection leaves the room and is
 * counted by `Caps` from then on.
 */
@Injectable()
export class WaitingRoom {
  /** With their networks; idle for longest first. */
  private readonly sockets = new Map<Socket, string>();
  private readonly perNetwork = new Map<string, number>();
  private readonly addresses: ClientAddress;

  constructor(
    @Inject(SERVER_CONFIG) { trustedProxies }: ServerConfig,
    private readonly caps: Caps,
    private readonly refusals: RefusalCounter,
  ) {
    this.addresses = new ClientAddress(trustedProxies);
  }

  /** Called with each accepted socket, and with one that did not become a connection. A waiting socket stays as it is. */
  enter(socket: Socket): void {
    if (this.sockets.has(socket)) return;
    const address = plainAddress(socket.remoteAddress);
    const network = this.isCounted(address) ? networkOf(address) : UNCOUNTED;
    if (network !== UNCOUNTED && !this.caps.mayOpen(network, this.perNetwork.get(network) ?? 0)) {
      this.refusals.count(address, TOO_MANY);
      socket.destroy();
      return;
    }
    if (this.sockets.size >= this.caps.capacity.waiting) this.pushOut();
    this.sockets.set(socket, network);
    this.count(network, 1);
    socket.on('close', this.socketOnClose);
  }

  /** It does something: others are idle for longer. */
  touch(socket: Socket): void {
    const network = this.sockets.get(socket);
    if (network === undefined) return;
    this.sockets.delete(socket);
    this.sockets.set(socket, network);
  }

  /** It is a connection now. */
  leave(socket: Socket): void {
    socket.off('close', this.socketOnClose);
    this.forget(socket);
  }

  private readonly socketOnClose = socketOnClose(this);

  private isCounted(address: string): boolean {
    return !this.caps.isUnlimited(address) && !this.addresses.trusts(address);
  }

  private pushOut(): void {
    const [idle] = this.sockets.keys();
    if (idle === undefined) return;
    this.refusals.count(plainAddress(idle.remoteAddress), PUSHED_OUT);
    this.leave(idle);
    idle.destroy();
  }

  private forget(socket: Socket): void {
    const network = this.sockets.get(socket);
    if (network === undefined) return;
    this.sockets.delete(socket);
    this.count(network, -1);
  }

  private count(network: string, change: 1 | -1): void {
    if (network === UNCOUNTED) return;
    const count = (this.perNetwork.get(network) ?? 0) + change;
    if (count > 0) this.perNetwork.set(network, count);
    else this.perNetwork.delete(network);
  }
}

/** One function for all sockets. */
function socketOnClose(room: Pick<WaitingRoom, 'leave'>) {
  return function (this: Socket): void {
    room.leave(this);
  };
}
