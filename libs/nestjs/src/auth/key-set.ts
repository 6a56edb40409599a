import type { KeyObject } from 'node:crypto';
import type { Clock } from '@ws-hub/hub';
import { FetchError, fetchText } from './fetch-text.js';
import { type Found, KeySource, matching } from './key-source.js';
import { type PublicKey, readKeySet } from './public-keys.js';

/** Less than an authorizer has by default, so that whoever waits is answered from the keys that are known. */
const TIMEOUT_MS = 4_000;
const MAX_BYTES = 64 * 1024;
/** How old keys may be, while they are used, before they are fetched again. */
const REFRESH_MS = 10 * 60_000;
/** For how long keys are used at once if nobody has tried to fetch them: a hub without clients asks for none. */
const MAX_IDLE_MS = 2 * REFRESH_MS;
/** From the beginning of one fetch to that of the next, whoever asks and however it ended. */
const MIN_INTERVAL_MS = 30_000;
/** Tokens that wait for one fetch. */
const MAX_WAITING = 250;

/** Told of each fetch. */
export interface KeySetEvents {
  fetched(keys: number): void;
  /** Keys that were there before go on being used. */
  failed(reason: string): void;
}

export interface KeySetOptions {
  readonly url: string;
  readonly events?: KeySetEvents | undefined;
  readonly timeoutMs?: number;
}

/**
 * The key set of an issuer, fetched from its URL (RFC 7517).
 *
 * Keys that are known are used for as long as the issuer cannot be reached; a key that is gone from a set that was
 * fetched is not accepted any longer. After 20 minutes without a fetch, tokens wait for the next one, however it ends:
 * nobody has used the keys meanwhile, and one of them may have been withdrawn. A name that nobody knows fetches at most once in 30 s, so tokens with made-up
 * names cost the issuer nothing. While the issuer is out of reach such a token is `unavailable`: it may be good.
 */
export class RemoteKeySet extends KeySource {
  /** How many fetches were begun, and how many of them failed. */
  readonly counters = { requests: 0, failures: 0 };

  private keys: readonly PublicKey[] | undefined;
  private fetching: Promise<void> | undefined;
  private begunMs = Number.NEGATIVE_INFINITY;
  private endedMs = Number.NEGATIVE_INFINITY;
  private hasFailed = false;
  private waiting = 0;

  constructor(
    private readonly options: KeySetOptions,
    private readonly clock: Clock,
  ) {
    super();
  }

  find(algorithm: string, kid: string | undefined): Found | Promise<Found> {
    if (this.clock.monotonicMs() - this.endedMs >= MAX_IDLE_MS) return this.wait(algorithm, kid);
    const found = this.matching(algorithm, kid);
    if (found.length > 0) {
      this.refresh();
      return found;
    }
    // Another algorithm for the name would be another key.
    if (kid !== undefined && this.keys?.some((key) => key.kid === kid)) return [];
    if (this.fetching === undefined && this.sinceBegunMs() < MIN_INTERVAL_MS) return this.notFound();
    return this.wait(algorithm, kid);
  }

  override warmUp(): void {
    void this.begin();
  }

  /** In the background: whoever asks has its key. After a failure sooner, so that a key that is gone ends. */
  private refresh(): void {
    if (this.sinceBegunMs() >= (this.hasFailed ? MIN_INTERVAL_MS : REFRESH_MS)) void this.begin();
  }

  private async wait(algorithm: string, kid: string | undefined): Promise<Found> {
    // Beyond the bound a key that is known counts, however old it is: nobody is kept out by a crowd.
    if (this.waiting >= MAX_WAITING) return this.matchingOr(algorithm, kid, 'unavailable');
    this.waiting += 1;
    try {
      await this.begin();
    } finally {
      this.waiting -= 1;
    }
    return this.matchingOr(algorithm, kid, this.notFound());
  }

  private matchingOr(algorithm: string, kid: string | undefined, otherwise: Found): Found {
    const found = this.matching(algorithm, kid);
    return found.length > 0 ? found : otherwise;
  }

  private notFound(): Found {
    return this.hasFailed ? 'unavailable' : [];
  }

  private matching(algorithm: string, kid: string | undefined): readonly KeyObject[] {
    return matching(this.keys ?? [], algorithm, kid);
  }

  private sinceBegunMs(): number {
    return this.clock.monotonicMs() - this.begunMs;
  }

  /** One fetch at a time. It never rejects: how it ended stands in `hasFailed`. */
  private begin(): Promise<void> {
    this.fetching ??= this.fetch().finally(() => {
      this.endedMs = this.clock.monotonicMs();
      this.fetching = undefined;
    });
    return this.fetching;
  }

  private async fetch(): Promise<void> {
    this.begunMs = this.clock.monotonicMs();
    this.counters.requests += 1;
    try {
      this.keys = await this.fetchKeys();
      this.hasFailed = false;
    } catch (error) {
      this.hasFailed = true;
      this.counters.failures += 1;
      this.options.events?.failed((error as Error).message);
      return;
    }
    this.options.events?.fetched(this.keys.length);
  }

  private async fetchKeys(): Promise<readonly PublicKey[]> {
    const headers = { accept: 'application/jwk-set+json, application/json' };
    const limits = { timeoutMs: this.options.timeoutMs ?? TIMEOUT_MS, maxBytes: MAX_BYTES };
    const { status, text } = await fetchText(this.options.url, { headers }, limits);
    if (status !== 200) throw new FetchError(`the answer has the status ${status}`);
    return readKeySet(text);
  }
}
