import { KEY, KEY_RULE, readTraceparent, TRACE_RULE } from '@ws-hub/protocol';
import { keyMaker } from '../keys.js';
import { resultsIn, type Stored, storedIn } from './answers.js';
import { HubHttpError } from './http-error.js';
import type { Requests } from './requests.js';
import type { Retries } from './retries.js';

/** Messages of one request. */
export const MAX_BATCH = 100;

/** What holds for all messages of one request. */
export interface BatchOptions {
  /** The span that goes on with them: a W3C traceparent. By default what the client's own option says. */
  readonly trace?: string | undefined;
}

interface Keyed {
  /** The same key again is the same message, stored once: 1-64 characters from ! to ~. Made by the client by default. */
  readonly key?: string | undefined;
}

export interface HttpPublishOptions extends Keyed, BatchOptions {}

/** A message of a batch. */
export interface BatchMessage extends Keyed {
  readonly channel: string;
  readonly content: string;
}

/** Gets the span that is active, as a W3C traceparent; undefined for none. */
export type TraceFunction = () => string | undefined;

/** What the requests of one batch have in common. */
interface Way {
  readonly retries: Retries;
  readonly trace: string | undefined;
}

/** What became of a message of a batch. */
export type BatchResult = Stored | HubHttpError;

/**
 * Publishes messages that are stored once, however often they have to be sent: each has a key, by which the hub knows it
 * again. Clients without credentials have no identity that a hub could remember keys of, so theirs are sent again only
 * where they were certainly not stored.
 */
export class Publishing {
  private readonly nextKey = keyMaker();

  constructor(
    private readonly requests: Requests,
    private readonly isAnonymous: boolean,
    private readonly activeTrace: TraceFunction,
  ) {}

  /** @throws HubHttpError; RangeError */
  async publish(channel: string, content: string, options: HttpPublishOptions): Promise<Stored> {
    const key = this.keyOf(options);
    const answer = await this.requests.send({
      method: 'POST',
      path: `/v1/channels/${encodeURIComponent(channel)}/messages`,
      body: { content, key },
      trace: this.traceOf(options),
      isRepeatable: key !== undefined,
    });
    return storedIn(answer);
  }

  /** @throws HubHttpError if the first request failed as a whole; RangeError */
  async publishBatch(messages: readonly BatchMessage[], options: BatchOptions): Promise<BatchResult[]> {
    if (messages.length < 1 || messages.length > MAX_BATCH)
      throw new RangeError(`a batch of ${messages.length} messages; allowed: 1-${MAX_BATCH}`);
    const bodies = messages.map((message) => {
      const { channel, content } = message;
      return { channel, content, key: this.keyOf(message) };
    });
    const way = { retries: this.requests.retries(), trace: this.traceOf(options) };
    const results = await this.sendBatch(bodies, way);
    for (let open = temporary(results); open.length > 0; open = temporary(results)) {
      const again = open.map((at) => bodies[at] as BatchMessage);
      const news = await this.sendAgain(again, results[open[0] as number] as HubHttpError, way);
      if (news === undefined) break;
      for (const [n, result] of news.entries()) results[open[n] as number] = result;
    }
    return results;
  }

  /** What was not stored for a reason that passes is sent again by itself. @returns undefined if it is not to be */
  private async sendAgain(
    messages: readonly BatchMessage[],
    why: HubHttpError,
    way: Way,
  ): Promise<BatchResult[] | undefined> {
    try {
      await this.requests.waitAfter(why, { isRepeatable: areRepeatable(messages) }, way.retries);
      return await this.sendBatch(messages, way);
    } catch (error) {
      if (error instanceof HubHttpError) return undefined;
      throw error;
    }
  }

  private async sendBatch(
    messages: readonly BatchMessage[],
    { retries, trace }: Way,
  ): Promise<BatchResult[]> {
    const isRepeatable = areRepeatable(messages);
    const request = { method: 'POST', path: '/v1/messages', body: messages, trace, isRepeatable } as const;
    return resultsIn(await this.requests.send(request, retries), messages.length);
  }

  /** @throws RangeError */
  private traceOf({ trace = this.activeTrace() }: BatchOptions): string | undefined {
    if (trace === undefined || readTraceparent(trace) !== undefined) return trace;
    throw new RangeError(`a trace must be ${TRACE_RULE}`);
  }

  /** @throws RangeError */
  private keyOf({ key }: Keyed): string | undefined {
    if (key === undefined) return this.isAnonymous ? undefined : this.nextKey();
    if (!KEY.test(key)) throw new RangeError(`a key must be ${KEY_RULE}`);
    return key;
  }
}

function areRepeatable(messages: readonly BatchMessage[]): boolean {
  return messages.every(({ key }) => key !== undefined);
}

/** The places of those that are worth another attempt. */
function temporary(results: readonly BatchResult[]): number[] {
  return [...results.keys()].filter((at) => {
    const result = results[at];
    return result instanceof HubHttpError && result.isTemporary;
  });
}
