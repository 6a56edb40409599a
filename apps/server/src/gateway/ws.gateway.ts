import type { IncomingMessage } from 'node:http';
import { BeforeApplicationShutdown } from '@nestjs/common';
import { OnGatewayInit, WebSocketGateway } from '@nestjs/websockets';
import { HUB_PATH } from '@ws-hub/protocol';
import type { WebSocket } from 'ws';
import type { Member } from '../hub/connection.js';
import { HubService } from '../hub/hub.service.js';
import { Caps } from './caps.js';
import { connectionOf, type HubSocket } from './hub-socket.js';
import { PlainDialect } from './plain.dialect.js';
import type { HubSocketServer } from './upgrade.js';
import { V1Dialect } from './v1.dialect.js';

/** The door: hands an accepted socket to the hub and its messages to the dialect. */
@WebSocketGateway({ path: HUB_PATH })
export class WsGateway implements OnGatewayInit<HubSocketServer>, BeforeApplicationShutdown {
  constructor(
    private readonly hub: HubService,
    private readonly plain: PlainDialect,
    private readonly v1: V1Dialect,
    private readonly caps: Caps,
  ) {}

  afterInit(server: HubSocketServer): void {
    const { hub, plain, v1, caps } = this;

    // One function each for all sockets: a closure per client would cost memory for every idle one.
    function socketOnMessage(this: WebSocket, data: Buffer, isBinary: boolean): void {
      hub.receive(connectionOf(this), data, isBinary);
    }
    function socketOnPing(this: WebSocket): void {
      hub.controlFrame(connectionOf(this));
    }
    function socketOnPong(this: WebSocket): void {
      hub.pong(connectionOf(this));
    }
    function socketOnError(this: WebSocket, error: Error): void {
      hub.protocolError(connectionOf(this), error);
    }
    function socketOnClose(this: WebSocket, code: number, reason: Buffer): void {
      const connection = connectionOf(this);
      caps.remove(connection.remoteAddress);
      v1.closed(connection);
      hub.leave(connection, code, reason.toString());
    }

    server.on('connection', (socket: HubSocket, _request: IncomingMessage, member: Member) => {
      caps.add(member.remoteAddress);
      socket.connection = hub.join(socket, member);
      socket.connection.receiver = member.dialect === 'v1' ? v1 : plain;
      if (member.dialect === 'v1') v1.opened(socket.connection);
      socket.on('message', socketOnMessage);
      socket.on('ping', socketOnPing);
      socket.on('pong', socketOnPong);
      socket.on('error', socketOnError);
      socket.on('close', socketOnClose);
    });
  }

  /** Everybody is sent away before Nest closes the port. */
  beforeApplicationShutdown(): Promise<void> {
    return this.hub.drain();
  }
}
