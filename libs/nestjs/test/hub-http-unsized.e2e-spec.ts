import { afterEach, describe, expect, test } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { RawSocket } from '@ws-hub/testing';
import { HubModule } from '../src/hub.module.js';
import { createApp, listenOn, PLATFORMS } from './nest/nest-app.js';

describe.each(PLATFORMS)(
  'a body without a length that the application has parsed, on %s',
  (_name, adapter) => {
    let app: INestApplication;
    afterEach(() => app.close());

    test('counts against MAX_BYTE_RATE', async () => {
      app = await createApp(adapter(), { imports: [HubModule.forRoot({ http: true, maxByteRate: 2_000 })] });
      const socket = await RawSocket.connect(await listenOn(app));
      const body = JSON.stringify({ content: 'x'.repeat(20_000) });
      const head = [
        ...['POST /v1/channels/main/messages HTTP/1.1', 'Host: hub', 'Content-Type: application/json'],
        ...['Transfer-Encoding: chunked', '', ''],
      ].join('\r\n');
      const say = async () => {
        socket.write(`${head}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`);
        const answer = await socket.readHead();
        await socket.read(Number(/^content-length: (\d+)/im.exec(answer)?.[1]));
        return answer.split(' ')[1];
      };
      expect([await say(), await say()]).toEqual(['200', '429']);
      socket.destroy();
    });
  },
);
