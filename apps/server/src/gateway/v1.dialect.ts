import { Inject, Injectable } from '@nestjs/common';
import { type Connection, v1Encoder } from '@ws-hub/hub';
import { SERVER_CONFIG, type ServerConfig } from '../config/server.config.js';
import { HubService } from '../nestjs/hub.service.js';
import type { Dialect } from './dialect.js';
import { Sessions } from './sessions.js';
import { V1Conversation } from './v1.conversation.js';

/** hub.v1 (PROTOCOL.md, section 2): JSON objects by `type`; a hello first, then anything. */
@Injectable()
export class V1Dialect implements Dialect {
  readonly encoder = v1Encoder;
  readonly tellsIdAtHandshake = false;

  constructor(
    @Inject(SERVER_CONFIG) private readonly options: ServerConfig,
    private readonly hub: HubService,
    private readonly sessions: Sessions,
  ) {}

  opened(connection: Connection): void {
    connection.receiver = new V1Conversation(connection, this.hub.door, this.sessions, this.options);
  }

  closed({ receiver }: Connection): void {
    if (receiver instanceof V1Conversation) receiver.end();
  }
}
