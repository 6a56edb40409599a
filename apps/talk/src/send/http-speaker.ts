import { hubHttpUrl } from '@ws-hub/config';
import { type BatchResult, type HubHttpClient, HubHttpError, MAX_BATCH } from '@ws-hub/hub-client/http';
import { DEFAULT_CHANNEL } from '@ws-hub/protocol';
import { EXIT } from '../config/exit-codes.js';
import type { SendConfig } from '../config/send.config.js';
import { describeHttpError, isNoHub } from '../describe-http-error.js';
import { httpClientOf } from '../http-client-of.js';
import { Patience } from '../patience.js';
import type { Speech } from './read-line.js';
import { type Desk, type Speaker, sizeOf } from './speaker.js';

/** Half of what a hub accepts in one request by default. */
const MAX_BATCH_BYTES = 2 ** 19;
/** How long a running request may take once the user ends the command. */
const FLUSH_TIMEOUT_MS = 5_000;
const TOO_LARGE = 413;
/** The hub refuses the content of the line, and would refuse it again. */
const BAD_LINE: readonly unknown[] = [400, TOO_LARGE, 415, 422];

interface Entry {
  readonly line: number;
  readonly bytes: number;
  readonly speech: Speech;
}

/** Says lines over HTTP: one request at a time, so that they stay in order, with all the lines that wait for it. */
export class HttpSpeaker implements Speaker {
  private readonly client: HubHttpClient;
  private readonly patience: Patience;
  private readonly channel: string;
  private queue: Entry[] = [];
  private sending: Promise<void> | undefined;
  private isGone = false;
  private whyGone = '';

  constructor(
    config: SendConfig,
    private readonly desk: Desk,
  ) {
    const { leaving, room } = desk;
    const ending = new AbortController();
    this.channel = config.channel ?? hubHttpUrl(config.url).channel ?? DEFAULT_CHANNEL;
    this.client = httpClientOf(config, {
      signal: ending.signal,
      // Retries end by --timeout.
      retries: { attempts: Number.POSITIVE_INFINITY, maxRetryAfterMs: Number.POSITIVE_INFINITY },
      onRetry: (error, delayMs) => this.lost(error, delayMs),
    });
    const { timeoutMs } = config;
    this.patience = new Patience(
      timeoutMs,
      () => !room.isEmpty,
      () => this.giveUp(timeoutMs),
    );
    leaving.onBegin(() => {
      if (leaving.reason?.exitCode === EXIT.done) setTimeout(() => ending.abort(), FLUSH_TIMEOUT_MS).unref();
      else ending.abort();
    });
  }

  /** HTTP has no connection to wait for. */
  async connect(): Promise<boolean> {
    return !this.desk.leaving.hasBegun;
  }

  async say(line: number, speech: Speech): Promise<boolean> {
    const bytes = sizeOf(speech);
    if (!(await this.desk.room.enter(bytes))) return false;
    this.patience.expect();
    this.queue.push({ line, bytes, speech });
    this.sending ??= this.sendAll().finally(() => {
      this.sending = undefined;
    });
    return true;
  }

  async close(): Promise<void> {
    await this.sending;
    for (const { line } of this.queue) this.desk.report.left(line);
  }

  private async sendAll(): Promise<void> {
    // In the next turn, so that lines read in this one go together.
    await new Promise(setImmediate);
    while (this.queue.length > 0 && !this.desk.leaving.hasBegun) await this.sendBatch(this.take());
  }

  private take(): Entry[] {
    let bytes = 0;
    const end = this.queue.findIndex((entry, n) => {
      bytes += entry.bytes;
      return n > 0 && (n === MAX_BATCH || bytes > MAX_BATCH_BYTES);
    });
    return this.queue.splice(0, end === -1 ? this.queue.length : end);
  }

  private async sendBatch(entries: readonly Entry[]): Promise<void> {
    try {
      const results = await this.publish(entries);
      this.wasHeard();
      for (const [n, entry] of entries.entries()) await this.settle(entry, results[n] as BatchResult);
    } catch (error) {
      if (!(error instanceof HubHttpError)) throw error;
      if (error.status !== TOO_LARGE || entries.length === 1) this.failed(entries, error);
      // One of them may be too large, or only all together.
      else for (const entry of entries) await this.sendBatch([entry]);
    }
  }

  private async publish(entries: readonly Entry[]): Promise<readonly BatchResult[]> {
    const messages = entries.map(({ speech: { channel = this.channel, content, key } }) => ({
      channel,
      content,
      key,
    }));
    const [first] = messages;
    if (first === undefined || messages.length > 1) return this.client.publishBatch(messages);
    return [await this.client.publish(first.channel, first.content, first)];
  }

  private async settle({ line, bytes, speech }: Entry, result: BatchResult): Promise<void> {
    if (!(result instanceof HubHttpError)) await this.desk.acks.print(line, speech.key, result);
    else if (result.isTemporary) this.desk.report.ended(line, result.isOutcomeUnknown);
    else this.desk.report.bad(line, `rejected by the hub: ${result.detail}`);
    this.leave(bytes);
  }

  /** A request failed as a whole. */
  private failed(entries: readonly Entry[], error: HubHttpError): void {
    const { report, leaving } = this.desk;
    const isOfLine = BAD_LINE.includes(error.status) || error.channels !== undefined;
    const isBadLine = entries.length === 1 && isOfLine && !isNoHub(error);
    for (const { line, bytes } of entries) {
      if (isBadLine) report.bad(line, `rejected by the hub: ${error.detail}`);
      else if (error.isOutcomeUnknown) report.ended(line, true);
      else report.left(line);
      this.leave(bytes);
    }
    if (isBadLine || error.isTemporary) return;
    const exitCode = error.meansNoAccess ? EXIT.noPermission : EXIT.unavailable;
    leaving.begin(exitCode, `not reconnecting: ${describeHttpError(error)}`);
  }

  private leave(bytes: number): void {
    this.desk.room.leave(bytes);
    this.patience.progress();
  }

  private lost(error: HubHttpError, delayMs: number): void {
    const { notices } = this.desk;
    const again = `retrying in ${(delayMs / 1_000).toFixed(1)} s`;
    this.isGone = error.status === undefined;
    this.whyGone = error.message;
    notices.tell(`${this.isGone ? 'not connected' : 'the hub says'}: ${error.message}; ${again}`);
  }

  private wasHeard(): void {
    if (this.isGone) this.desk.notices.tell('reconnected');
    this.isGone = false;
    this.whyGone = '';
  }

  private giveUp(timeoutMs: number): void {
    const why = this.whyGone === '' ? '' : `: ${this.whyGone}`;
    const what = this.isGone ? 'no connection' : 'no acknowledgement';
    this.desk.leaving.begin(EXIT.unavailable, `${what} for ${timeoutMs} ms${why}`);
  }
}
