import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { CLOSE } from '@ws-hub/protocol';
import type { WebSocket } from 'ws';
import { HubService } from '../hub.service.js';
import { Caps } from './caps.js';
import { connectionOf, type HubSocket } from './hub-socket.js';
import { type Granted, HubSocketServer } from './upgrade.js';

/** The door: hands an accepted socket to the hub and its messages to the dialect. */
@Injectable()
export class WsGateway {
  constructor(
    private readonly hub: HubService,
    private readonly caps: Caps,
    private readonly sockets: HubSocketServer,
  ) {}

  /** From now on sockets are handed over. */
  open(): void {
    const { caps } = this;
    const hub = this.hub.door;
    const { guard } = hub;

    // One function each for all sockets: a closure per client would cost memory for every idle one.
    function socketOnMessage(this: WebSocket, data: Buffer, isBinary: boolean): void {
      // Without a closure: this is done for every message.
      try {
        hub.receive(connectionOf(this), data, isBinary);
      } catch (error) {
        guard.failed('message', error);
        guard.run('message, ending it', () => endBroken(this));
      }
    }
    function socketOnPing(this: WebSocket): void {
      guarded(this, 'ping', () => hub.controlFrame(connectionOf(this)));
    }
    function socketOnPong(this: WebSocket): void {
      guarded(this, 'pong', () => hub.pong(connectionOf(this)));
    }
    function socketOnError(this: WebSocket, error: Error): void {
      guarded(this, 'protocol error', () => hub.protocolError(connectionOf(this), error));
    }
    // Each by itself: what fails in one of them must not leave the connection in the others.
    function socketOnClose(this: WebSocket, code: number, reason: Buffer): void {
      const { connection, dialect } = this as HubSocket;
      caps.remove(connection.remoteAddress);
      guard.run('leave', () => dialect.closed(connection));
      guard.run('leave', () => hub.leave(connection, code, reason.toString()));
    }
    function guarded(socket: WebSocket, what: string, task: () => void): void {
      guard.run(what, task, () => endBroken(socket));
    }
    function join(socket: HubSocket, { member, dialect, tcp }: Granted): void {
      socket.tcp = tcp;
      socket.dialect = dialect;
      socket.connection = hub.join(socket, member);
      caps.add(member.remoteAddress);
      socket.on('message', socketOnMessage);
      socket.on('ping', socketOnPing);
      socket.on('pong', socketOnPong);
      socket.on('error', socketOnError);
      socket.on('close', socketOnClose);
      // Last: if this fails, the end of the socket takes back what was done before.
      dialect.opened(socket.connection);
    }

    this.sockets.on('connection', (socket: HubSocket, _request: IncomingMessage, granted: Granted) =>
      guarded(socket, 'join', () => join(socket, granted)),
    );
  }

  /** Sends everybody away, and refuses newcomers; resolves when the last one has left. */
  async drain(): Promise<void> {
    const drained = this.hub.door.drain();
    this.sockets.drain();
    await drained;
  }
}

/** Ends a connection in whose handling something has failed, also one that nobody listens to yet. */
function endBroken(socket: WebSocket): void {
  if (socket.listenerCount('error') === 0) socket.on('error', () => socket.terminate());
  socket.close(CLOSE.internalError, 'internal error');
}
