import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { Hub, type PublishOutcome, Speaker } from '@ws-hub/hub';
import { TRACE_HEADER } from '@ws-hub/protocol';
import { newClientId } from '../gateway/client-id.js';
import { GATEWAY_OPTIONS, type GatewayOptions } from '../gateway/gateway-options.js';
import { batchItem } from './http.schemas.js';
import type { HttpCaller } from './http-caller.js';
import { Problem, type ProblemDetails, tryAgain } from './problem.js';

const RETRY_AFTER_MS = 1_000;

/** A message to publish. */
export interface HttpMessage {
  readonly channel: string;
  readonly content: string;
  readonly key?: string | undefined;
}

export interface Stored {
  readonly id: string;
  /** A message with the same key was stored before; this one was not stored. */
  readonly duplicate: boolean;
}

/** Publishes messages that arrive over HTTP as if they came over a connection of the caller. */
@Injectable()
export class HttpPublishing {
  constructor(
    @Inject(GATEWAY_OPTIONS) private readonly options: GatewayOptions,
    private readonly hub: Hub,
  ) {}

  /**
   * Counts messages against the caller's rates.
   *
   * @throws Problem 429, 503
   */
  admit({ account, user }: HttpCaller, messages: number, bytes: number): void {
    const waitMs = this.hub.admit(account, user, messages, bytes);
    if (waitMs === 0) return;
    if (this.hub.isOverloaded) throw tryAgain(503, 'the hub is overloaded', waitMs);
    throw tryAgain(429, 'too many messages from this client', waitMs);
  }

  /** The parent span of a request's messages: the application's span, if it records requests, or the client's. */
  traceOf({ headers }: IncomingMessage): string | undefined {
    if (!this.hub.isTraced) return undefined;
    return this.hub.activeTrace() ?? headers[TRACE_HEADER]?.toString();
  }

  /** @param trace of the request @returns when the message is stored @throws Problem 400, 403, 413, 503 */
  one(caller: HttpCaller, message: HttpMessage, trace?: string): Stored | Promise<Stored> {
    let result: Stored | Problem | undefined;
    let later: ((result: Stored | Problem) => void) | undefined;
    this.publish(caller, { ...message, trace }, (settled) => {
      result = settled;
      later?.(settled);
    });
    // The log in memory settles synchronously.
    if (result !== undefined) return orThrow(result);
    return new Promise<Stored | Problem>((resolve) => {
      later = resolve;
    }).then(orThrow);
  }

  /** Publishes in order, each message on its own. @param trace of the request @returns the result of each message */
  all(caller: HttpCaller, items: readonly unknown[], trace?: string): Promise<(Stored | ProblemDetails)[]> {
    const results = new Array<Stored | ProblemDetails>(items.length);
    let missing = items.length;
    return new Promise((resolve) => {
      items.forEach((item, at) => {
        this.item(caller, item, trace, (result) => {
          results[at] = result instanceof Problem ? result.details : result;
          if (--missing === 0) resolve(results);
        });
      });
    });
  }

  private item(
    caller: HttpCaller,
    item: unknown,
    trace: string | undefined,
    settled: (result: Stored | Problem) => void,
  ): void {
    const { data, error } = batchItem.safeParse(item);
    if (data !== undefined) this.publish(caller, { ...data, trace }, settled);
    else settled(badBody(error));
  }

  private publish(
    caller: HttpCaller,
    { channel, content, key, trace }: HttpMessage & { readonly trace: string | undefined },
    settled: (result: Stored | Problem) => void,
  ): void {
    const { maxPayload } = this.options;
    if (Buffer.byteLength(content) > maxPayload) {
      settled(new Problem(413, `content may have at most ${maxPayload} bytes`));
      return;
    }
    if (key !== undefined && caller.clientId === undefined) {
      settled(new Problem(400, 'a key needs credentials: without them the hub could not recognize it'));
      return;
    }
    const { access, account, remoteAddress, clientId = newClientId() } = caller;
    const speaker = new Speaker(clientId, access, account, remoteAddress, channel);
    this.hub.publish(
      { clientId, channel, content, key, trace },
      (outcome) => settled(this.resultOf(outcome, channel)),
      speaker,
    );
  }

  private resultOf(outcome: PublishOutcome, channel: string): Stored | Problem {
    const { counters } = this.hub;
    if (outcome.result === 'forbidden') return new Problem(403, outcome.reason, { channels: [channel] });
    if (outcome.result === 'unavailable') {
      counters.unavailable++;
      return tryAgain(503, outcome.reason, RETRY_AFTER_MS);
    }
    const duplicate = outcome.result === 'duplicate';
    if (duplicate) counters.duplicates++;
    return { id: this.hub.textOf(outcome.position), duplicate };
  }
}

function orThrow(result: Stored | Problem): Stored {
  if (result instanceof Problem) throw result;
  return result;
}

interface SchemaError {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}

/** The problem for a schema's first issue. */
export function badBody({ issues: [issue] }: SchemaError): Problem {
  return new Problem(400, `${issue?.path.join('.') || 'the body'}: ${issue?.message}`);
}
