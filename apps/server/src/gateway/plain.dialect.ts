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
    else this.hub.publish(connection, { content: data.toString(), channel: connection.channel });
    this.hub.count(connection);
  }
}
