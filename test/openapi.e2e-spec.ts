import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type INestApplication, RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import { HubModule } from '@ws-hub/nestjs';
import { type Body, DESCRIBED_ROUTES, type DescribedRoute } from '@ws-hub/nestjs/openapi';
import { KeyFile, TestClient } from '@ws-hub/testing';
import { createApp, listenOn, PLATFORMS } from '../libs/nestjs/test/nest/nest-app.js';
import { mistakesInAnswer } from './openapi/answers.js';
import { document } from './openapi/validation.js';

/** A publish that fails. */
interface Failing {
  /** A key. */
  readonly with?: string;
  readonly type?: string;
  readonly path?: string;
  readonly content?: string;
}

const JSON_TYPE = 'application/json';
const MESSAGES = '/v1/channels/orders/messages';

function exampleOf(status: number): unknown {
  const examples = Object.values(document.components.responses).map(
    ({ content }) => content['application/problem+json'].example,
  );
  return examples.find((example) => example.status === status);
}

type Handlers = Record<string, object>;

/** The routes of an application below /v1, in OpenAPI's notation, without its fallback for unknown paths. */
function routesOf(app: INestApplication): string[] {
  const modules = [...app.get(ModulesContainer).values()];
  const controllers = modules.flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype }) => routesOfController(metatype as { prototype: Handlers }));
}

function routesOfController(controller: { prototype: Handlers }): string[] {
  const { prototype } = controller;
  const handlers = Object.getOwnPropertyNames(prototype).map((name) => prototype[name] as object);
  return handlers.flatMap((handler) => {
    const method: RequestMethod | undefined = Reflect.getMetadata(METHOD_METADATA, handler);
    if (method === undefined || method === RequestMethod.ALL) return [];
    const parts = [controller, handler].map((part) => Reflect.getMetadata(PATH_METADATA, part));
    const path = parts.join('/').replace(/\/+/g, '/').replace(/^\/?/, '/');
    return [`${RequestMethod[method]} ${path.replace(/:(\w+)/g, '{$1}')}`];
  });
}

/** The members and types of a value, whatever their values; of a list, the different ones. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return [...new Set(value.map((item) => JSON.stringify(shapeOf(item))))];
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shapeOf(member)]));
}

describe.each(PLATFORMS)('docs/openapi.yaml, of an application on %s,', (_name, adapter) => {
  const keys = new KeyFile();
  const key = keys.add('shop', 'publish:>, subscribe:>, history:>, admin:>');
  const narrow = keys.add('narrow', 'publish:orders');
  const fast = keys.add('fast', 'publish:>');
  let app: INestApplication;
  let port: number;

  beforeAll(async () => {
    app = await createApp(adapter(), {
      imports: [HubModule.forRoot({ http: true, apiKeysFile: keys.path, maxMessageRate: 100 })],
    });
    port = await listenOn(app);
  });
  afterAll(() => app.close());

  function ask({ method, path }: DescribedRoute, body?: Body): Promise<Response> {
    const type = body && { 'Content-Type': body.type };
    const content = body?.type === 'application/json' ? JSON.stringify(body.example) : body?.example;
    return fetch(at(path.replace('{channel}', 'orders')), {
      method,
      headers: { 'X-API-Key': key, ...type },
      ...(content !== undefined && { body: String(content) }),
    });
  }

  const at = (path: string) => `http://127.0.0.1:${port}${path}`;

  function publish({ with: sender = key, type = 'text/plain', path = MESSAGES, content = 'x' }: Failing) {
    const headers = { 'X-API-Key': sender, 'Content-Type': type };
    return fetch(at(path), { method: 'POST', headers, body: content });
  }

  test('has the routes of the application, and no other', () => {
    const described = DESCRIBED_ROUTES.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(routesOf(app).toSorted()).toEqual(described.toSorted());
  });

  test('has examples of requests and their responses', async () => {
    const listener = await TestClient.connect(`ws://127.0.0.1:${port}/ws?channel=orders`);
    for (const route of DESCRIBED_ROUTES.filter(({ tag }) => tag !== 'Events'))
      for (const body of route.bodies ?? [undefined]) {
        const answer = await ask(route, body);
        const text = await answer.text();
        const headers = Object.fromEntries(answer.headers);
        const { path, answer: example } = route;
        const exchange = {
          method: route.method.toUpperCase(),
          path,
          status: answer.status,
          headers,
          body: text,
        };
        expect({ path, status: answer.status, text }).toMatchObject({ path, status: route.status });
        expect(mistakesInAnswer(exchange)).toEqual([]);
        if (example.body !== undefined)
          expect(shapeOf(JSON.parse(text))).toEqual(shapeOf(example.body.example));
      }
    await listener.close();
  });

  test.each([
    [400, { type: JSON_TYPE, content: '{}' }],
    [401, { with: 'wsh_none' }],
    [413, { content: 'x'.repeat(65_537) }],
    [415, { path: '/v1/messages' }],
  ] as const)('has an example of %i that occurs', async (status, asked: Failing) => {
    const answer = await publish(asked);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual(exampleOf(status));
  });

  test('has examples of 403, 410 and 429 that occur', async () => {
    const headersOf = (name: string) => ({ headers: { 'X-API-Key': name } });
    const forbidden = await fetch(at('/v1/channels/stock/messages'), headersOf(narrow));
    expect(await forbidden.json()).toEqual(exampleOf(403));
    const gone = await fetch(at(`${MESSAGES}?after=0123456789abcdef-41`), headersOf(key));
    expect(await gone.json()).toEqual(exampleOf(410));
    let answer: Response;
    do {
      const messages = Array.from({ length: 100 }, () => ({ channel: 'main', content: '' }));
      const headers = { 'X-API-Key': fast, 'Content-Type': JSON_TYPE };
      answer = await fetch(at('/v1/messages'), { method: 'POST', headers, body: JSON.stringify(messages) });
    } while (answer.status === 200);
    expect(await answer.json()).toEqual(exampleOf(429));
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]/);
  });

  test('has the failures of each route without valid credentials', async () => {
    for (const route of DESCRIBED_ROUTES) {
      const method = route.method.toUpperCase();
      const path = route.path.replace('{channel}', 'orders');
      const answer = await fetch(at(path), {
        method,
        headers: { 'X-API-Key': 'wsh_none' },
      });
      const headers = Object.fromEntries(answer.headers);
      const exchange = { method, path, status: answer.status, headers, body: await answer.text() };
      expect({ path, status: answer.status, mistakes: mistakesInAnswer(exchange) }).toEqual({
        path,
        status: 401,
        mistakes: [],
      });
    }
  });
});
