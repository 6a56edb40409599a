import { Inject, Injectable } from '@nestjs/common';
import { type Connection, v1Encoder } from '@ws-hub/hub';
import { HubService } from '../hub.service.js';
import { Authorization } from './authorization.js';
import type { Dialect } from './dialect.js';
import { GATEWAY_OPTIONS } from './gateway-options.js';
import { Sessions } from './sessions.js';
import { V1Conversation, type V1Options } from './v1.conversation.js';
import { V1Credentials } from './v1.credentials.js';

/** hub.v1 (PROTOCOL.md, section 2): JSON objects with a `type`; a hello first, then any other message. */
@Injectable()
export class V1Dialect implements Dialect {
  readonly encoder = v1Encoder;
  readonly protocol = 'hub.v1';
  readonly tellsIdAtHandshake = false;

  constructor(
    @Inject(GATEWAY_OPTIONS) private readonly options: V1Options,
    private readonly hub: HubService,
    private readonly sessions: Sessions,
    private readonly authorization: Authorization,
  ) {}

  opened(connection: Connection): void {
    const { door } = this.hub;
    const credentials = new V1Credentials(connection, door, this.authorization);
    connection.receiver = new V1Conversation(connection, door, this.sessions, credentials, this.options);
  }
}
