import { afterEach, describe, expect, test } from '@jest/globals';
import {
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  type INestApplication,
  Injectable,
  type NestInterceptor,
  type PipeTransform,
  type Provider,
  Scope,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import { ConnectedSocket, MessageBody } from '@nestjs/websockets';
import type { Ack } from '@ws-hub/protocol';
import { Inbox, nextTurn, TestClient, V1Client } from '@ws-hub/testing';
import {
  type HubLeave,
  type HubPeer,
  OnHubJoin,
  OnHubLeave,
  OnHubMessage,
  type StoredMessage,
} from '../src/handlers/decorators.js';
import { HubModule, type HubModuleExtras } from '../src/hub.module.js';
import type { HubModuleOptions } from '../src/hub.options.js';
import { HubService } from '../src/hub.service.js';
import { HubLogger, type LogFields } from '../src/logger/hub-logger.js';
import { HubMetrics } from '../src/telemetry/hub-metrics.js';
import { createApp, listenOn, PLATFORMS } from './nest/nest-app.js';

/** Rejects the content `no`. */
class NoGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const ws = context.switchToWs();
    const { content } = ws.getData<StoredMessage>();
    const { clientId } = ws.getClient<HubPeer>();
    return context.getType() === 'ws' && clientId !== '' && ws.getPattern() === '*' && content !== 'no';
  }
}

class JsonPipe implements PipeTransform<string, unknown> {
  transform(text: string): unknown {
    return JSON.parse(text);
  }
}

class LoudPipe implements PipeTransform {
  transform(value: object): object {
    return 'content' in value ? { ...value, content: String(value.content).toUpperCase() } : value;
  }
}

/** Log lines for a test. */
class Lines extends HubLogger {
  static errors = new Inbox<LogFields>();
  readonly isDebug = false;
  debug(): void {
    return;
  }
  info(): void {
    return;
  }
  warn(): void {
    return;
  }
  error(fields: LogFields): void {
    Lines.errors.push(fields);
  }
}

/** Positions may come between acks. */
async function nextAck(client: V1Client): Promise<Ack> {
  for (;;) {
    const [message] = await client.take(1);
    if (message?.type === 'ack') return message;
  }
}

describe.each(PLATFORMS)('the handlers of an application on %s', (_name, adapter) => {
  let app: INestApplication;
  let url: string;
  let told: Inbox<unknown>;
  const clients: TestClient[] = [];
  afterEach(async () => {
    await app.close();
    clients.length = 0;
  });

  async function start(
    provider: Provider | undefined,
    options: HubModuleOptions & HubModuleExtras = {},
  ): Promise<void> {
    const providers = provider === undefined ? [] : [provider];
    app = await createApp(adapter(), { imports: [HubModule.forRoot(options)], providers });
    url = `ws://127.0.0.1:${await listenOn(app)}/ws`;
    told = new Inbox();
  }

  /** The results of the calls, including those whose handlers have just ended. */
  async function results(): Promise<Record<string, number>> {
    await nextTurn();
    const { values } = await app.get(HubMetrics, { strict: false }).handlerCalls.get();
    return Object.fromEntries(values.map(({ labels, value }) => [labels.result, value]));
  }

  /** Every client on the channel has received it: whatever handlers do, delivery continues. */
  async function say(...contents: string[]): Promise<void> {
    if (clients.length === 0) clients.push(await TestClient.connect(url), await TestClient.connect(url));
    const [alice, bob] = clients as [TestClient, TestClient];
    for (const content of contents) alice.send(content);
    for (const content of contents) expect(await bob.next()).toMatchObject({ content });
  }

  test('receive the messages on the channels of their pattern', async () => {
    class Rooms {
      @OnHubMessage('room.*')
      room({ channel }: StoredMessage): void {
        told.push(`room.*: ${channel}`);
      }

      @OnHubMessage('room.1')
      one({ channel }: StoredMessage): void {
        told.push(`room.1: ${channel}`);
      }

      @OnHubMessage()
      all({ channel }: StoredMessage): void {
        told.push(`*: ${channel}`);
      }
    }
    await start(Rooms);
    for (const channel of ['room.1', 'room.11', 'rooms', 'room']) {
      const client = await TestClient.connect(`${url}?channel=${channel}`);
      client.send('here');
    }
    const all = new Set();
    for (let n = 0; n < 7; n++) all.add(await told.next());
    expect(all).toEqual(
      new Set([
        'room.*: room.1',
        'room.*: room.11',
        'room.1: room.1',
        '*: room.1',
        '*: room.11',
        '*: rooms',
        '*: room',
      ]),
    );
    expect(await results()).toEqual({ done: 7 });
  });

  test('receive each message once, with its id and its sender', async () => {
    class Messages {
      @OnHubMessage()
      heard(message: StoredMessage, client: HubPeer): void {
        told.push([message, client]);
      }
    }
    await start(Messages);
    const alice = await V1Client.join(url);
    alice.publish('key', 'said');
    const { id } = await nextAck(alice);
    alice.publish('key', 'said again');
    expect((await nextAck(alice)).duplicate).toBe(true);
    alice.publish('other');
    const clientId = alice.welcome.client_id;
    const message = {
      id,
      channel: 'main',
      clientId,
      key: 'key',
      content: 'said',
      timestamp: expect.any(Number),
    };
    expect(await told.next()).toEqual([message, { clientId, remoteAddress: '127.0.0.1', channel: 'main' }]);
    expect(await told.next()).toMatchObject([{ key: 'other' }, {}]);
  });

  test('are called for clients that join and leave', async () => {
    class Doors {
      @OnHubJoin()
      joined({ clientId }: HubPeer): void {
        told.push(['joined', clientId]);
      }

      @OnHubLeave()
      left({ clientId }: HubPeer, { code }: HubLeave): void {
        told.push(['left', clientId, code]);
      }
    }
    await start(Doors);
    const client = await TestClient.connect(url);
    expect(await told.next()).toEqual(['joined', client.clientId]);
    await client.close();
    expect(await told.next()).toEqual(['left', client.clientId, 1000]);
  });

  test('have the guards of Nest, which know the client, the message and the pattern', async () => {
    @UseGuards(NoGuard)
    class Guarded {
      @OnHubMessage()
      heard({ content }: StoredMessage): void {
        told.push(content);
      }
    }
    await start(Guarded);
    await say('yes', 'no', 'yes again');
    expect([await told.next(), await told.next()]).toEqual(['yes', 'yes again']);
    expect(await results()).toEqual({ done: 2, denied: 1 });
  });

  test('have the pipes of Nest, and its decorators of parameters', async () => {
    class Piped {
      @OnHubMessage()
      read(@ConnectedSocket() { channel }: HubPeer, @MessageBody('content', JsonPipe) body: unknown): void {
        told.push([channel, body]);
      }

      @UsePipes(LoudPipe)
      @OnHubMessage()
      loud({ content }: StoredMessage): void {
        told.push(content);
      }
    }
    await start(Piped);
    await say('{"a":1}');
    const both = [await told.next(), await told.next()];
    expect(both).toContainEqual(['main', { a: 1 }]);
    expect(both).toContainEqual('{"A":1}');
  });

  test('have the interceptors and the filters of Nest', async () => {
    class Counting implements NestInterceptor {
      intercept(_context: ExecutionContext, next: CallHandler) {
        told.push('intercepted');
        return next.handle();
      }
    }
    @Catch(RangeError)
    class RangeFilter implements ExceptionFilter<RangeError> {
      async catch({ message }: RangeError, host: ArgumentsHost): Promise<void> {
        told.push([message, host.switchToWs().getData<StoredMessage>().content]);
      }
    }
    @UseInterceptors(Counting)
    @UseFilters(RangeFilter)
    class Filtered {
      @OnHubMessage()
      heard(): void {
        throw new RangeError('too far');
      }
    }
    await start(Filtered);
    await say('hello');
    expect([await told.next(), await told.next()]).toEqual(['intercepted', ['too far', 'hello']]);
    expect(await results()).toEqual({ done: 1 });
  });

  test('may be methods of a controller', async () => {
    @Controller('rooms')
    class Rooms {
      @OnHubMessage()
      heard({ content }: StoredMessage): void {
        told.push(content);
      }
    }
    const imports = [HubModule.forRoot()];
    app = await createApp(adapter(), { imports, controllers: [Rooms] });
    url = `ws://127.0.0.1:${await listenOn(app)}/ws`;
    told = new Inbox();
    await say('hello');
    expect(await told.next()).toBe('hello');
  });

  test('that throw harm nothing, and are called again', async () => {
    class Broken {
      @OnHubMessage()
      async heard({ content }: StoredMessage): Promise<void> {
        told.push(content);
        throw new Error('a bug');
      }
    }
    Lines.errors = new Inbox();
    await start(Broken, { logger: Lines });
    await say('one', 'two');
    expect([await told.next(), await told.next()]).toEqual(['one', 'two']);
    await say('three');
    expect(await told.next()).toBe('three');
    expect((await results()).failed).toBeGreaterThanOrEqual(2);
    expect(await Lines.errors.next()).toMatchObject({
      event: 'handler_failed',
      handler: 'Broken.heard',
      err: { message: 'a bug', stack: expect.stringContaining('hub-handlers') },
    });
  });

  test('that never end free their slot after a while', async () => {
    class Stuck {
      @OnHubMessage()
      heard({ content }: StoredMessage): Promise<void> {
        told.push(content);
        return new Promise(() => undefined);
      }
    }
    await start(Stuck, { maxRunningHandlers: 1, handlerTimeoutMs: 100 });
    await say('one', 'two');
    expect([await told.next(), await told.next()]).toEqual(['one', 'two']);
    expect((await results()).late).toBe(1);
  });

  test('that are too slow miss what is beyond their queue, which is counted', async () => {
    let goOn: () => void = () => undefined;
    class Slow {
      @OnHubMessage()
      async heard({ content }: StoredMessage): Promise<void> {
        told.push(content);
        await new Promise<void>((resolve) => {
          goOn = resolve;
        });
      }
    }
    await start(Slow, { maxRunningHandlers: 1, maxQueuedHandlers: 2 });
    await say('one');
    expect(await told.next()).toBe('one');
    await say('two', 'three', 'four', 'five');
    expect(await results()).toEqual({ dropped: 2 });
    for (const content of ['two', 'three']) {
      goOn();
      expect(await told.next()).toBe(content);
    }
    goOn();
  });

  test('cost nothing if there are none', async () => {
    await start(undefined);
    expect(app.get(HubService, { strict: false }).door.events.isWatched).toBe(false);
  });

  test('are refused where each request would have its own', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest {
      @OnHubMessage()
      heard(): void {
        return;
      }
    }
    await expect(start(PerRequest)).rejects.toThrow(
      'PerRequest: a provider with hub handlers cannot be request-scoped',
    );
  });
});

test.each(['', 'a..*', '.*', 'a b', '*a', 'a*b', 'a.', '**'])(
  'no channel can match the pattern %j',
  (pattern) => {
    expect(() => OnHubMessage(pattern)).toThrow(`pattern: ${JSON.stringify(pattern)} is not allowed`);
  },
);
