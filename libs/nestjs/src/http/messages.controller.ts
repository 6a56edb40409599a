import { Controller, Inject, Req } from '@nestjs/common';
import { CHANNEL_RULE, isChannelName, KEY, KEY_RULE } from '@ws-hub/protocol';
import { MAX_BATCH, publishBody } from './http.schemas.js';
import { HttpCallers } from './http-callers.js';
import { HTTP_OPTIONS, type HttpOptions } from './http-options.js';
import { badBody, type HttpMessage, HttpPublishing, type Stored } from './http-publishing.js';
import { HttpWork } from './http-work.js';
import { type PlatformRequest, rawRequestOf } from './platform.js';
import { Problem, type ProblemDetails } from './problem.js';
import { RequestBody } from './request-body.js';
import { Route } from './route.js';

interface BatchAnswer {
  readonly results: readonly (Stored | ProblemDetails)[];
}

/** Publishes over HTTP. */
@Controller()
export class MessagesController {
  constructor(
    @Inject(HTTP_OPTIONS) private readonly options: HttpOptions,
    private readonly callers: HttpCallers,
    private readonly work: HttpWork,
    private readonly publishing: HttpPublishing,
  ) {}

  @Route('publish')
  publish(@Req() request: PlatformRequest): Stored | Promise<Stored> {
    const caller = this.callers.callerOf(rawRequestOf(request));
    const channel = channelOf(request);
    const trace = this.publishing.traceOf(rawRequestOf(request));
    return RequestBody.read(request, this.options.maxHttpBody, (body) =>
      this.work.run(caller, () => {
        this.callers.mustStillCount(caller);
        this.publishing.admit(caller, 1, body.bytes);
        return this.publishing.one(caller, messageOf(request, channel, body), trace);
      }),
    );
  }

  @Route('batch')
  batch(@Req() request: PlatformRequest): BatchAnswer | Promise<BatchAnswer> {
    const caller = this.callers.callerOf(rawRequestOf(request));
    mustHaveNoKey(request);
    const trace = this.publishing.traceOf(rawRequestOf(request));
    return RequestBody.read(request, this.options.maxHttpBody, (body) =>
      this.work.run(caller, async () => {
        this.callers.mustStillCount(caller);
        // Before parsing, which is the cost of a batch.
        this.publishing.admit(caller, 0, 0);
        const items = listOf(body.json());
        this.publishing.admit(caller, items.length, body.bytes);
        return { results: await this.publishing.all(caller, items, trace) };
      }),
    );
  }
}

/** @throws Problem 400 */
export function channelOf({ params: { channel } }: PlatformRequest): string {
  // A copy: a slice of the URL would keep the whole URL in memory for as long as the log has an entry on this channel.
  if (channel !== undefined && isChannelName(channel)) return Buffer.from(channel).toString();
  throw new Problem(400, `the channel must be ${CHANNEL_RULE}`);
}

function messageOf(request: PlatformRequest, channel: string, body: RequestBody): HttpMessage {
  const key = keyOf(request);
  if (body.isText) return { channel, content: body.text(), key };
  const { data, error } = publishBody.safeParse(body.json());
  if (data === undefined) throw badBody(error);
  if (key !== undefined && data.key !== undefined && key !== data.key)
    throw new Problem(400, 'Idempotency-Key and the key in the body differ');
  return { channel, content: data.content, key: key ?? data.key };
}

/** In double quotes, as in the header's draft, or without. */
function keyOf(request: PlatformRequest): string | undefined {
  const header = rawRequestOf(request).headers['idempotency-key'];
  if (header === undefined) return undefined;
  const key = String(header).replace(/^"(.*)"$/, '$1');
  if (!KEY.test(key)) throw new Problem(400, `Idempotency-Key must be ${KEY_RULE}`);
  return key;
}

/** Ignoring it would break its promise: a batch that is sent again would be stored again. @throws Problem 400 */
function mustHaveNoKey(request: PlatformRequest): void {
  if (rawRequestOf(request).headers['idempotency-key'] !== undefined)
    throw new Problem(400, 'a batch must not have an Idempotency-Key: give each message its own key');
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value) && value.length > 0 && value.length <= MAX_BATCH) return value;
  throw new Problem(
    Array.isArray(value) && value.length > MAX_BATCH ? 413 : 400,
    `the body must be a list of 1 to ${MAX_BATCH} messages`,
  );
}
