import { Injectable } from '@nestjs/common';
import { type Connection, plainEncoder, type Receiver } from '@ws-hub/hub';
import { CLOSE } from '@ws-hub/protocol';
import { HubService } from '../hub.service.js';
import type { Dialect } from './dialect.js';

/** The plain contract (PROTOCOL.md, section 1): text is published unchanged, anything else closes the connection. */
@Injectable()
export class PlainDialect implements Dialect, Receiver {
  readonly encoder = plainEncoder;
  readonly protocol = 'plain';
  readonly tellsIdAtHandshake = true;

  constructor(private readonly hub: HubService) {}

  opened(connection: Connection): void {
    connection.receiver = this;
    const { clientId, channel } = connection;
    this.hub.door.listen(connection, { clientId, channels: new Set([channel]) });
  }

  /** Plain has no message for "not stored" or "not allowed", so closing the connection has to say it. */
  receive(connection: Connection, data: Buffer): void {
    const { clientId, channel } = connection;
    this.hub.door.publish(
      { clientId, channel, content: data.toString() },
      (outcome) => {
        if (outcome.result === 'unavailable')
          connection.close(CLOSE.tryAgainLater, 'a message could not be stored');
        if (outcome.result === 'forbidden') connection.close(CLOSE.forbidden, outcome.reason);
      },
      connection,
    );
  }
}
