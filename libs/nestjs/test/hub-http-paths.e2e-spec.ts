import { afterEach, describe, expect, test } from '@jest/globals';
import {
  All,
  Controller,
  Get,
  type INestApplication,
  Module,
  RequestMethod,
  VersioningType,
} from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { HubModule } from '../src/hub.module.js';
import { type AppParts, createApp, listenOn, PLATFORMS } from './nest/nest-app.js';

const LONG = Array.from({ length: 12 }, (_, at) => `s${at}`).join('/');
const PROBLEM = 'application/problem+json';

@Controller('v1')
class OwnController {
  @Get('own')
  own(): string {
    return 'own';
  }

  @Get('own/:name/more')
  more(): string {
    return 'more';
  }
}

@Module({ controllers: [OwnController] })
class OwnModule {}

@Controller('v1')
class CatchingController {
  @All('*')
  all(): string {
    return 'caught';
  }
}

@Module({ controllers: [CatchingController] })
class CatchingModule {}

describe.each(PLATFORMS)('paths below /v1, on %s', (_name, adapter) => {
  let app: INestApplication;
  let port: number;
  afterEach(() => app.close());

  async function start(imports: AppParts['imports'], prepare?: (made: INestApplication) => void) {
    app = await createApp(adapter(), { imports: [HubModule.forRoot({ http: true }), ...(imports ?? [])] });
    prepare?.(app);
    port = await listenOn(app);
  }

  /** The status, and what answered. */
  async function ask(path: string, method = 'GET'): Promise<[number, string]> {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method });
    const type = answer.headers.get('content-type') ?? '';
    const text = await answer.text();
    return [answer.status, type.startsWith(PROBLEM) ? 'problem' : text];
  }

  test("stay the application's own where it has routes there, also in modules that come later", async () => {
    await start([OwnModule]);
    expect(await ask('/v1/own')).toEqual([200, 'own']);
    expect(await ask('/v1/own/a/more')).toEqual([200, 'more']);
    expect(await ask('/v1/own', 'POST')).toEqual([404, 'problem']);
    expect(await ask('/elsewhere')).toEqual([404, expect.stringContaining('Cannot GET')]);
  });

  test('are problems where there is no route, however long they are', async () => {
    await start([]);
    for (const path of ['/v1', '/v1/', '/v1/nowhere', `/v1/${LONG}`])
      expect([path, ...(await ask(path))]).toEqual([path, 404, 'problem']);
    expect(await ask('/v1/messages', 'PUT')).toEqual([405, 'problem']);
    expect(await ask('/v1/channels/a/messages', 'OPTIONS')).toEqual([204, '']);
    expect(await ask(`/v1/${LONG}`, 'OPTIONS')).toEqual([404, 'problem']);
  });

  test('are all caught by the application if it has a route for all of them', async () => {
    await start([CatchingModule]);
    expect(await ask(`/v1/${LONG}`)).toEqual([200, 'caught']);
    expect(await ask('/v1/channels/main/messages')).toEqual([200, expect.stringContaining('position')]);
  });

  test('follow the prefix of the application and the path of the module', async () => {
    await start([RouterModule.register([{ path: 'talk', module: HubModule }])], (made) =>
      made.setGlobalPrefix('api'),
    );
    expect(await ask('/api/talk/v1/nowhere')).toEqual([404, 'problem']);
    expect(await ask('/api/talk/v1/messages', 'OPTIONS')).toEqual([204, '']);
    expect(await ask('/v1/nowhere')).toEqual([404, expect.stringContaining('Cannot GET')]);
  });

  test('have no prefix where the application excludes them from it', async () => {
    const excluded = { path: 'v1/*path', method: RequestMethod.ALL };
    await start([], (made) => made.setGlobalPrefix('api', { exclude: [excluded] }));
    expect(await ask('/v1/nowhere')).toEqual([404, 'problem']);
    expect(await ask('/v1/messages', 'OPTIONS')).toEqual([204, '']);
    expect(await ask('/api/v1/nowhere')).toEqual([404, expect.stringContaining('Cannot GET')]);
  });

  test('have the one version of their own, whatever versions the application gives to its routes', async () => {
    const versions = { type: VersioningType.URI, defaultVersion: '2' } as const;
    await start([OwnModule], (made) => made.enableVersioning(versions));
    expect(await ask('/v1/channels/main/messages')).toEqual([200, expect.stringContaining('position')]);
    expect(await ask('/v1/messages', 'OPTIONS')).toEqual([204, '']);
    expect(await ask('/v2/v1/own')).toEqual([200, 'own']);
  });
});
