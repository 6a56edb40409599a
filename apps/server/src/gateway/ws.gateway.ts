import type { IncomingMessage } from 'node:http';
import { BeforeApplicationShutdown } from '@nestjs/common';
import { OnGatewayInit, WebSocketGateway } from '@nestjs/websockets';
import { HUB_PATH } from '@ws-hub/protocol';
import type { WebSocket } from 'ws';
import type { Member } from '../hub/connection.js';
import { HubService } from '../hub/hub.service.js';
import { connectionOf, type HubSocket } from './hub-socket.js';
import { PlainDialect } from './plain.dialect.js';
import type { HubSocketServer } from './upgrade.js';

/** The door: hands an accepted socket to the hub and its messages to the dialect. */
@WebSocketGateway({ path: HUB_PATH })
export class WsGateway implements OnGatewayInit<HubSocketServer>, BeforeApplicationShutdown {
  private server?: HubSocketServer;

  constructor(
    private readonly hub: HubService,
    private readonly dialect: PlainDialect,
  ) {}

  afterInit(server: HubSocketServer): void {
    this.server = server;
    const { hub, dialect } = this;

    // One function each for all sockets: a closure per client would cost memory for every idle one.
    function socketOnMessage(this: WebSocket, data: Buffer, isBinary: boolean): void {
      dialect.receive(connectionOf(this), data, isBinary);
    }
    function socketOnError(this: WebSocket, error: Error): void {
      hub.protocolError(connectionOf(this), error);
    }
    function socketOnClose(this: WebSocket, code: number, reason: Buffer): void {
      hub.leave(connectionOf(this), code, reason.toString());
    }

    server.on('connection', (socket: HubSocket, _request: IncomingMessage, member: Member) => {
      socket.connection = hub.join(socket, member);
      socket.on('message', socketOnMessage);
      socket.on('error', socketOnError);
      socket.on('close', socketOnClose);
    });
  }

  /** Newcomers get 503 from here on; then everybody is sent away before the adapter could cut them off. */
  async beforeApplicationShutdown(): Promise<void> {
    this.server?.close();
    await this.hub.drain();
  }
}
