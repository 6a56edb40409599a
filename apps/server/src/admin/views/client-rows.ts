import { Injectable } from '@nestjs/common';
import type { ClientRow } from '@ws-hub/console-api';
import type { Connection } from '@ws-hub/hub';
import { HubService } from '@ws-hub/nestjs';
import { rightsInWords } from './rights-in-words.js';

/** Of channels and of rights. */
const MAX_SHOWN = 20;

/** What the console shows of a connection. Nothing is sent or changed by it. */
@Injectable()
export class ClientRows {
  constructor(private readonly hub: HubService) {}

  of(connection: Connection): ClientRow {
    const { inspection } = this.hub.door;
    const { clientId, access, remoteAddress, encoder, messagesIn, bytesRead, queuedBytes, pauses } =
      connection;
    const channels = inspection.channelsOf(connection);
    return {
      clientId,
      user: access?.user,
      address: remoteAddress,
      dialect: encoder.name,
      channels: first(channels),
      channelCount: channels.size,
      rights: access?.rights && rightsInWords(access.rights.slice(0, MAX_SHOWN)),
      expiresInMs: this.hub.door.expiresInMs(connection),
      connectedMs: Math.round(inspection.connectedMs(connection)),
      messagesIn,
      bytesIn: bytesRead,
      queuedBytes,
      queueAgeMs: Math.round(inspection.queueAgeMs(connection)),
      cursor: this.cursorOf(connection),
      isCatchingUp: inspection.isCatchingUp(connection),
      paused: pauses,
    };
  }

  private cursorOf(connection: Connection): string | undefined {
    const cursor = this.hub.door.inspection.cursorOf(connection);
    return cursor === undefined ? undefined : this.hub.door.textOf(cursor);
  }
}

/** A connection may be subscribed to ten thousand. */
function first(channels: ReadonlySet<string>): readonly string[] {
  const shown: string[] = [];
  for (const channel of channels) {
    if (shown.length === MAX_SHOWN) break;
    shown.push(channel);
  }
  return shown;
}
