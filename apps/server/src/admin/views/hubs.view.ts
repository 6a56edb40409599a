import { setTimeout as wait } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { HubRow, Hubs } from '@ws-hub/console-api';
import { Clock, MessageLog, NoticeError } from '@ws-hub/hub';
import { HubService } from '@ws-hub/nestjs';
import { VERSION } from '@ws-hub/nestjs/gateway';
import { z } from 'zod';
import { SERVER_CONFIG, type ServerConfig } from '../../config/server.config.js';
import { ConsoleError, type ConsoleView, consoleRoute } from '../console-route.js';
import { HubName } from '../hub-name.js';
import { Sampler } from './sampler.js';
import { SharedAnswers } from './shared-answers.js';

const SUBJECT = 'hub';
/** A hub that takes longer is missing from the list, which an operator should see. */
const ROLL_CALL_MS = 500;

type Told = Omit<HubRow, 'isThis'>;
/** A hub of another version may answer something else, and is left out. */
const told: z.ZodType<Told> = z.object({
  hub: z.string(),
  version: z.string(),
  uptimeMs: z.number(),
  connections: z.number(),
  messagesPerSecond: z.number(),
  deliveriesPerSecond: z.number(),
  eventLoopDelayP99Ms: z.number(),
  residentBytes: z.number(),
  isReady: z.boolean(),
  isDraining: z.boolean(),
});

/** All hubs of the log, as they tell of themselves. */
@Injectable()
export class HubsView implements ConsoleView {
  private readonly answers: SharedAnswers<Hubs>;

  constructor(
    @Inject(SERVER_CONFIG) private readonly config: Pick<ServerConfig, 'natsUrls'>,
    private readonly hub: HubService,
    private readonly log: MessageLog,
    private readonly clock: Clock,
    private readonly name: HubName,
    private readonly sampler: Sampler,
  ) {
    this.answers = new SharedAnswers(clock);
    // Hubs without a console of their own answer as well.
    hub.door.inquiries.onAsked(SUBJECT, () => JSON.stringify(this.tell()));
  }

  readonly routes = [
    consoleRoute({
      method: 'GET',
      path: '/hubs',
      answer: () => this.answers.get(SUBJECT, () => this.callTheRoll()),
    }),
  ];

  private async callTheRoll(): Promise<Hubs> {
    const startMs = this.clock.monotonicMs();
    const answers = await this.ask();
    const others = answers
      .map((text) => told.safeParse(JSON.parse(text)).data)
      .filter((row) => row !== undefined)
      .filter(({ hub }) => hub !== this.name.text);
    // This one is there, whether or not the log has brought the question back in time.
    const hubs = [this.tell(), ...others].map((row) => ({ ...row, isThis: row.hub === this.name.text }));
    hubs.sort((a, b) => (a.hub < b.hub ? -1 : 1));
    return { hubs, waitedMs: Math.round(this.clock.monotonicMs() - startMs) };
  }

  /** A log in memory has no other hub to wait for. */
  private async ask(): Promise<readonly string[]> {
    if (this.config.natsUrls.length === 0) return [];
    try {
      return await this.hub.door.inquiries.ask(SUBJECT, '', wait(ROLL_CALL_MS, undefined, { ref: false }));
    } catch (error) {
      if (!(error instanceof NoticeError)) throw error;
      throw new ConsoleError(503, `the other hubs cannot be reached: ${error.message}`);
    }
  }

  private tell(): Told {
    // Without a console it measures nothing until the first request; rates come with the next one.
    this.sampler.start();
    const { latest, uptimeMs } = this.sampler;
    const { size: connections, isDraining } = this.hub.door;
    return {
      hub: this.name.text,
      version: VERSION,
      uptimeMs,
      connections,
      messagesPerSecond: latest?.messagesPerSecond ?? 0,
      deliveriesPerSecond: latest?.deliveriesPerSecond ?? 0,
      eventLoopDelayP99Ms: latest?.eventLoopDelayP99Ms ?? 0,
      residentBytes: process.memoryUsage.rss(),
      isReady: this.log.isReady && !isDraining,
      isDraining,
    };
  }
}
