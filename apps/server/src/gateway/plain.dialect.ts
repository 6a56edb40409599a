import { Injectable } from '@nestjs/common';
import { CLOSE } from '@ws-hub/protocol';
import type { Connection } from '../hub/connection.js';
import { HubService } from '../hub/hub.service.js';

/** The plain contract (PROTOCOL.md, section 1): any text is published as it is, anything else ends the connection. */
@Injectable()
export class PlainDialect {
  constructor(private readonly hub: HubService) {}

  receive(connection: Connection, data: Buffer, isBinary: boolean): void {
    // ws goes on to emit what it has already read after a close; the sender has left by then.
    if (!connection.isOpen) return;
    if (isBinary) connection.close(CLOSE.unsupportedData, 'only text messages are allowed');
    else this.publish(connection, data.toString());
    this.hub.count(connection);
  }

  /** Plain has no word for "not stored", so the end of the connection has to say it. */
  private publish(connection: Connection, content: string): void {
    this.hub.publish(connection, { content, channel: connection.channel }, ({ result }) => {
      if (result === 'unavailable') connection.close(CLOSE.tryAgainLater, 'a message could not be stored');
    });
  }
}
