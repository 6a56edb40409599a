import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { RawSocket } from '@ws-hub/testing';
import { HubModule } from '../src/hub.module.js';
import { HubService } from '../src/hub.service.js';
import { createApp, listenOn, PLATFORMS } from './nest/nest-app.js';

describe.each(PLATFORMS)('events on %s', (_name, adapter) => {
  let app: INestApplication;
  let port: number;
  let hub: HubService;
  beforeEach(async () => {
    app = await createApp(adapter(), { imports: [HubModule.forRoot({ http: true })] });
    port = await listenOn(app);
    hub = app.get(HubService);
  });
  afterEach(() => app.close());
  async function listen(query: string, ...headers: string[]): Promise<RawSocket> {
    const socket = await RawSocket.connect(port);
    socket.write([`GET /v1/events?${query} HTTP/1.1`, 'Host: x', ...headers, '', ''].join('\r\n'));
    return socket;
  }

  test('a stream begins with a welcome and brings what is said', async () => {
    const stream = await listen('channel=a&channel=b');
    const head = await stream.readHead();
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(head).not.toMatch(/transfer-encoding|content-length/i);
    expect(await stream.readUntil('\n\n')).toMatch(/^retry: [12]\d{3}\n\n$/);
    expect(await stream.readUntil('\n\n')).toMatch(/^id: (\w+-0)\nevent: welcome\ndata: \{"type":"welcome"/);
    const { id } = await hub.publish('b', 'two\nlines');
    expect(await stream.readUntil('\n\n')).toContain(`id: ${id}\ndata: {"type":"message","id":"${id}"`);
    stream.destroy();
  });
});
