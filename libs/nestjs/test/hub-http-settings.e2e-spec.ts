import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type INestApplication, VersioningType } from '@nestjs/common';
import { HubModule } from '../src/hub.module.js';
import { createApp, listenOn, PLATFORMS } from './nest/nest-app.js';

describe.each(PLATFORMS)('HTTP in an application with settings of its own, on %s', (_name, adapter) => {
  let app: INestApplication;
  afterEach(() => app.close());

  async function ask(path: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${await listenOn(app)}${path}`);
  }

  test('is where it is also if controllers have a version', async () => {
    app = await createApp(adapter(), { imports: [HubModule.forRoot({ http: true })] });
    app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
    expect((await ask('/v1/channels/main/messages')).status).toBe(200);
  });

  test('leaves in Vary what others have put there', async () => {
    const module = HubModule.forRoot({ http: true, allowedOrigins: ['https://a.example'] });
    app = await createApp(adapter(), { imports: [module] });
    app.use((_request: IncomingMessage, response: ServerResponse, next: () => void) => {
      response.setHeader('Vary', 'Accept-Encoding');
      next();
    });
    const { headers } = await ask('/v1/channels/main/messages');
    expect(headers.get('vary')).toBe('Accept-Encoding, Origin');
  });
});
