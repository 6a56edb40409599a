import type { Socket } from 'node:net';
import { networkOf, plainAddress } from '@ws-hub/nestjs/gateway';

/** A browser has six, and a console may be open in ten of them. */
const MAX_SOCKETS = 200;
const MAX_PER_NETWORK = 100;

interface Known {
  readonly network: string;
  /** Its last request had a session. */
  isOpen: boolean;
}

/**
 * The sockets of the admin port. Above the limit the socket that has been idle longest is closed, those without a session
 * first: opening a thousand sockets does not lock out users who have signed in.
 */
export class AdminSockets {
  /** Idle for longest first. */
  private readonly sockets = new Map<Socket, Known>();
  private readonly perNetwork = new Map<string, number>();

  get size(): number {
    return this.sockets.size;
  }

  enter(socket: Socket): void {
    const network = networkOf(plainAddress(socket.remoteAddress));
    const count = this.perNetwork.get(network) ?? 0;
    if (count >= MAX_PER_NETWORK) this.pushOut(network);
    else if (this.sockets.size >= MAX_SOCKETS) this.pushOut();
    this.sockets.set(socket, { network, isOpen: false });
    this.perNetwork.set(network, (this.perNetwork.get(network) ?? 0) + 1);
    socket.once('close', () => this.leave(socket));
  }

  /** It has sent a request. @param isOpen whether that had a session */
  touch(socket: Socket, isOpen: boolean): void {
    const known = this.sockets.get(socket);
    if (known === undefined) return;
    known.isOpen = isOpen;
    this.sockets.delete(socket);
    this.sockets.set(socket, known);
  }

  /** Another owner is responsible for it from now on. */
  leave(socket: Socket): void {
    const known = this.sockets.get(socket);
    if (known === undefined) return;
    this.sockets.delete(socket);
    const left = (this.perNetwork.get(known.network) ?? 0) - 1;
    if (left > 0) this.perNetwork.set(known.network, left);
    else this.perNetwork.delete(known.network);
  }

  private pushOut(network?: string): void {
    const socket = this.idlest(network, false) ?? this.idlest(network, true);
    if (socket === undefined) return;
    this.leave(socket);
    socket.destroy();
  }

  private idlest(network: string | undefined, isOpen: boolean): Socket | undefined {
    for (const [socket, known] of this.sockets)
      if (known.isOpen === isOpen && (network === undefined || known.network === network)) return socket;
    return undefined;
  }
}
