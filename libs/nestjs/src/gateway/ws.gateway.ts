import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { Guard, Hub } from '@ws-hub/hub';
import { CLOSE } from '@ws-hub/protocol';
import { HubService } from '../hub.service.js';
import { Caps } from './caps.js';
import type { HubSocket, SocketHandlers } from './hub-socket.js';
import { type Granted, HubSocketServer } from './upgrade.js';

/** The gateway: hands accepted sockets to the hub, and their messages to the dialect. */
@Injectable()
export class WsGateway implements SocketHandlers {
  private readonly hub: Hub;
  private readonly guard: Guard;

  constructor(
    { door }: HubService,
    private readonly caps: Caps,
    private readonly sockets: HubSocketServer,
  ) {
    this.hub = door;
    this.guard = door.guard;
  }

  /** Starts handing sockets over. */
  open(): void {
    this.sockets.on('connection', (socket: HubSocket, _request: IncomingMessage, granted: Granted) =>
      this.guarded(socket, 'join', () => this.join(socket, granted)),
    );
  }

  /** Closes all connections and rejects new ones. Resolves when the last connection has ended. */
  async drain(): Promise<void> {
    const drained = this.hub.drain();
    this.sockets.drain();
    await drained;
  }

  socketOnMessage(socket: HubSocket, data: Buffer, isBinary: boolean): void {
    // No closure: this runs for every message.
    try {
      this.hub.receive(socket.connection, data, isBinary);
    } catch (error) {
      this.guard.failed('message', error);
      this.guard.run('message, ending it', () => endBroken(socket));
    }
  }

  socketOnPing(socket: HubSocket): void {
    this.guarded(socket, 'ping', () => this.hub.controlFrame(socket.connection));
  }

  socketOnPong(socket: HubSocket): void {
    this.guarded(socket, 'pong', () => this.hub.pong(socket.connection));
  }

  socketOnError(socket: HubSocket, error: Error): void {
    this.guarded(socket, 'protocol error', () => this.hub.protocolError(socket.connection, error));
  }

  /** Each step on its own: a failure in one must not leave the connection in the others. */
  socketOnClose({ connection }: HubSocket, code: number, reason: Buffer): void {
    this.caps.remove(connection.remoteAddress);
    this.guard.run('leave', () => connection.receiver?.end?.(connection));
    this.guard.run('leave', () => this.hub.leave(connection, code, reason.toString()));
  }

  private join(socket: HubSocket, { member, dialect, tcp }: Granted): void {
    socket.tcp = tcp;
    socket.connection = this.hub.join(socket, member);
    this.caps.add(member.remoteAddress);
    socket.handlers = this;
    // Last: if this fails, the socket's end undoes the steps before.
    dialect.opened(socket.connection);
  }

  private guarded(socket: HubSocket, what: string, task: () => void): void {
    this.guard.run(what, task, () => endBroken(socket));
  }
}

/** Ends a connection whose handling has failed, also one that has not joined. */
function endBroken(socket: HubSocket): void {
  if (socket.handlers === undefined) socket.on('error', () => socket.terminate());
  socket.close(CLOSE.internalError, 'internal error');
}
