import type { INestApplication } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import { HubSocketServer } from './upgrade.js';

/**
 * Nest's WebSocket adapter without its per-connection and per-message work: the stock one subscribes rxjs
 * streams for each client, parses every frame as `{event,data}` and cuts refused handshakes without an answer.
 * The gateway listens to the server itself instead (`afterInit`), and the door hands it the upgrades.
 */
export class HubWsAdapter extends WsAdapter {
  constructor(private readonly app: INestApplication) {
    super(app);
  }

  override create(): HubSocketServer {
    return this.app.get(HubSocketServer);
  }

  // The two hooks through which Nest would make subscriptions for every client.
  override bindClientConnect(): void {
    return;
  }

  override bindMessageHandlers(): void {
    return;
  }

  override async close(): Promise<void> {
    // The hub was drained before this; nothing is left to terminate.
  }
}
