import { setTimeout as wait } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Explanation } from '@ws-hub/console-api';
import {
  Clock,
  type Entry,
  ExplainError,
  findMessage,
  MessageLog,
  NoticeError,
  type Recorder,
} from '@ws-hub/hub';
import { HubService } from '@ws-hub/nestjs';
import { isUser, USER_RULE } from '@ws-hub/protocol';
import { z } from 'zod';
import { SERVER_CONFIG, type ServerConfig } from '../../config/server.config.js';
import { ConsoleError, type ConsoleView, consoleRoute } from '../console-route.js';
import { HubName } from '../hub-name.js';
import { SharedAnswers } from './shared-answers.js';
import { fatesOf, fitting, type HubFates, merged, readHubFates } from './told-fates.js';
import { Walks } from './walks.js';

const SUBJECT = 'explain';
/** A hub that takes longer is left out of the answer. */
const ANSWER_MS = 500;
const MAX_ID_LENGTH = 128;

const STATUS = { bad_id: 400, not_found: 404, unavailable: 503 } as const;
const query = z.object({
  message: z.string().min(1).max(MAX_ID_LENGTH),
  client: z
    .string()
    .refine(isUser, { error: `must be ${USER_RULE}` })
    .optional(),
});
type Question = z.infer<typeof query>;
/** A question of another hub. */
const inquiry = query.extend({ from: z.string() });

/** What became of a message, on all hubs of the log. */
@Injectable()
export class ExplainView implements ConsoleView {
  private readonly answers: SharedAnswers<Explanation>;
  /** Undefined where nothing is recorded. */
  private readonly recorder: Recorder | undefined;

  constructor(
    @Inject(SERVER_CONFIG)
    private readonly config: Pick<ServerConfig, 'natsUrls' | 'natsStream' | 'explainMaxBytes'>,
    private readonly hub: HubService,
    private readonly log: MessageLog,
    private readonly walks: Walks,
    private readonly name: HubName,
    clock: Clock,
  ) {
    this.answers = new SharedAnswers(clock);
    if (config.explainMaxBytes > 0) this.recorder = hub.door.record(config.explainMaxBytes);
    // Hubs without a console of their own answer as well.
    hub.door.inquiries.onAsked(SUBJECT, (question) => this.reply(question));
  }

  readonly routes = [
    consoleRoute({
      method: 'GET',
      path: '/explain',
      query,
      answer: ({ query: { message, client } }) => {
        const question = { message, client };
        return this.answers.get(JSON.stringify(question), () => this.explain(question));
      },
    }),
  ];

  private async explain(question: Question): Promise<Explanation> {
    const { recorder } = this;
    if (recorder === undefined)
      throw new ConsoleError(
        409,
        'this hub keeps no records to explain: set EXPLAIN_MAX_BYTES, such as 33554432, and restart it',
      );
    const entry = await this.find(question.message);
    const others = this.ask(question);
    // Both are waited for, so that neither fails unheard.
    const [own, told] = await Promise.all([this.fates(recorder, entry, question), others]);
    const all = [own, ...told];
    const message = messageOf(entry, question.message, this.place, all);
    return { message, ...answerOf(all, question, recorder) };
  }

  /** Where the log keeps messages. */
  private get place(): string {
    const { natsUrls, natsStream } = this.config;
    return natsUrls.length === 0
      ? `the memory of hub ${this.name.text}`
      : `the stream "${natsStream}" in NATS`;
  }

  private fates(recorder: Recorder, entry: Entry, { client }: Question): Promise<HubFates> {
    return fatesOf(recorder, entry, client, this.name.text, this.walks);
  }

  private async find(id: string): Promise<Entry> {
    try {
      return await findMessage(this.log, id);
    } catch (error) {
      if (error instanceof ExplainError) throw new ConsoleError(STATUS[error.code], error.message);
      throw error;
    }
  }

  /** A log in memory has no other hub to wait for. */
  private async ask(question: Question): Promise<readonly HubFates[]> {
    if (this.config.natsUrls.length === 0) return [];
    try {
      const waited = wait(ANSWER_MS, undefined, { ref: false });
      const inquiry = JSON.stringify({ ...question, from: this.name.text });
      const answers = await this.hub.door.inquiries.ask(SUBJECT, inquiry, waited);
      return answers.map(readHubFates).filter((fates) => fates !== undefined);
    } catch (error) {
      if (!(error instanceof NoticeError)) throw error;
      throw new ConsoleError(503, `the other hubs cannot be reached: ${error.message}`);
    }
  }

  /** Answers another hub; this hub's own requests are not answered. */
  private async reply(text: string): Promise<string | undefined> {
    const { recorder } = this;
    const hub = this.name.text;
    const { from, ...question } = inquiry.parse(JSON.parse(text));
    if (from === hub) return undefined;
    if (recorder === undefined)
      return fitting({
        hub,
        total: 0,
        rows: [],
        notes: [`hub ${hub} keeps no records: EXPLAIN_MAX_BYTES is 0`],
      });
    try {
      return fitting(await this.fates(recorder, await findMessage(this.log, question.message), question));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return fitting({ hub, total: 0, rows: [], notes: [`hub ${hub} could not tell: ${why}`] });
    }
  }
}

function messageOf(
  { channel, clientId, user, timestamp, content }: Entry,
  id: string,
  storedIn: string,
  all: readonly HubFates[],
): Explanation['message'] {
  const own = all
    .flatMap(({ rows }) => rows)
    .filter(({ fate, wasAway }) => fate === 'sent_by_it' && !wasAway);
  // A client on two hubs may have sent it to either.
  const hubs = new Set(own.map(({ hub }) => hub));
  const [hub] = hubs.size === 1 ? hubs : [];
  const ackedAt = own.find(({ at }) => at !== undefined)?.at;
  return { id, channel, clientId, user, timestamp, contentLength: content.length, storedIn, hub, ackedAt };
}

function answerOf(
  all: readonly HubFates[],
  { client }: Question,
  recorder: Recorder,
): Omit<Explanation, 'message'> {
  const [own] = all as readonly [HubFates];
  const { clients, total } = merged(all);
  const notes = all.flatMap((told) => told.notes);
  notes.push('delivered and replayed mean: handed to the operating system of the hub');
  if (client !== undefined && clients.length === 0) clients.push(nobody(own.hub, client, recorder));
  return { clients, total: Math.max(total, clients.length), hubs: all.map(({ hub }) => hub), notes };
}

/** There is no record of this client, on any hub that answered. */
function nobody(hub: string, clientId: string, recorder: Recorder): Explanation['clients'][number] {
  const isKnown = recorder.forgotten === 0 && recorder.unrecorded === 0 && !recorder.misses(clientId);
  const since = recorder.time(recorder.sinceMs);
  return {
    hub,
    clientId,
    address: '',
    dialect: '',
    fate: isKnown ? 'not_connected' : 'unknown',
    reason: isKnown
      ? `this client has not been connected since ${since}`
      : `no connection of this client has been recorded since ${since}, but not all are recorded`,
    isConnected: recorder.misses(clientId),
  };
}
