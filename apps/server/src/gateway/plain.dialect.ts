import { Injectable } from '@nestjs/common';
import { CLOSE } from '@ws-hub/protocol';
import type { Connection, Receiver } from '../hub/connection.js';
import { HubService } from '../hub/hub.service.js';

/** The plain contract (PROTOCOL.md, section 1): any text is published as it is, anything else ends the connection. */
@Injectable()
export class PlainDialect implements Receiver {
  constructor(private readonly hub: HubService) {}

  opened(connection: Connection): void {
    this.hub.listen(connection, connection.clientId, new Set([connection.channel]));
  }

  /** Plain has no word for "not stored", so the end of the connection has to say it. */
  receive(connection: Connection, data: Buffer): void {
    const saying = { content: data.toString(), channel: connection.channel };
    this.hub.publish(connection, saying, ({ result }) => {
      if (result === 'unavailable') connection.close(CLOSE.tryAgainLater, 'a message could not be stored');
    });
  }
}
