import type { INestApplication, Type } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { jetStreamLog } from '@ws-hub/jetstream';
import { HubLogger, HubModule, HubService, type LogFields } from '@ws-hub/nestjs';
import { Inbox } from '@ws-hub/testing';
import { createApp, listenOn } from '../../libs/nestjs/test/nest/nest-app.js';
import { JWT_SECRET } from '../tokens.js';

const SECRET = 'the secret that all hubs of a cluster share';
/** How soon a hub without NATS reports that it could not store a message. */
const APPEND_TIMEOUT_MS = 500;

export interface NestHubSecrets {
  readonly hubSecret?: string;
  readonly hubSecretPrevious?: string;
}

/** A hub in this process that requires tokens and shares its log: a test can revoke tokens on it. */
export class NestHub {
  private constructor(
    private readonly app: INestApplication,
    private readonly lines: Inbox<LogFields>,
    readonly url: string,
  ) {}

  static async start(
    natsUrl: string,
    { hubSecret = SECRET, hubSecretPrevious = '' }: NestHubSecrets = {},
  ): Promise<NestHub> {
    const lines = new Inbox<LogFields>();
    const secrets = { hubSecret, hubSecretPrevious };
    const log = jetStreamLog({ natsUrls: [natsUrl], appendTimeoutMs: APPEND_TIMEOUT_MS, ...secrets });
    const tokens = { auth: 'required', jwtSecrets: [JWT_SECRET] } as const;
    const app = await createApp(new ExpressAdapter(), {
      imports: [HubModule.forRoot({ ...tokens, ...secrets, log, logger: loggerTo(lines) })],
    });
    return new NestHub(app, lines, `ws://127.0.0.1:${await listenOn(app)}/ws`);
  }

  get service(): HubService {
    return this.app.get(HubService, { strict: false });
  }

  /** The next line of this event; the lines before it are dropped. */
  event(name: string): Promise<LogFields> {
    return this.lines.next(({ event }) => event === name);
  }

  async stop(): Promise<void> {
    await this.app.close();
  }
}

function loggerTo(lines: Inbox<LogFields>): Type<HubLogger> {
  const push = (fields: LogFields) => lines.push(fields);
  return class extends HubLogger {
    readonly isDebug = false;
    readonly debug = push;
    readonly info = push;
    readonly warn = push;
    readonly error = push;
  };
}
