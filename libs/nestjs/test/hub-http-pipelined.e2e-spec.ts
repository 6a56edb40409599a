import { once } from 'node:events';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { RawSocket } from '@ws-hub/testing';
import { HubModule } from '../src/hub.module.js';
import { HubService } from '../src/hub.service.js';
import { createApp, listenOn, PLATFORMS } from './nest/nest-app.js';

const HISTORY = '/v1/channels/main/messages';
const head = (path: string) => `GET ${path} HTTP/1.1\r\nHost: hub\r\n\r\n`;

/** Node emits no event for the end of a response whose turn on its connection had not come. */
describe.each(PLATFORMS)('requests before the last one was answered, on %s', (_name, adapter) => {
  let app: INestApplication;
  afterEach(() => app.close());

  test('keep nothing when their connection ends: no seat of a history, and no connection of the hub', async () => {
    app = await createApp(adapter(), { imports: [HubModule.forRoot({ http: true })] });
    const port = await listenOn(app);
    const hub = app.get(HubService, { strict: false });
    const socket = await RawSocket.connect(port);
    socket.write(`${head('/v1/events')}${head(HISTORY)}${head(HISTORY)}${head('/v1/events')}`);
    await socket.readUntil('welcome');
    const left = new Promise<void>((resolve) => hub.door.events.attach({ disconnected: () => resolve() }));
    socket.destroy();
    await once(socket.socket, 'close');
    await left;
    expect((await fetch(`http://127.0.0.1:${port}${HISTORY}`)).status).toBe(200);
    expect(hub.connections().count).toBe(0);
  });
});
