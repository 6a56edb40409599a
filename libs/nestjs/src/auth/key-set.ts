import type { KeyObject } from 'node:crypto';
import type { Clock } from '@ws-hub/hub';
import { FetchError, fetchText } from './fetch-text.js';
import { type Found, KeySource, matching } from './key-source.js';
import { type PublicKey, readKeySet } from './public-keys.js';

/** Below an authorizer's default timeout, so that waiting tokens are answered from the known keys. */
const TIMEOUT_MS = 4_000;
const MAX_BYTES = 64 * 1024;
/** Maximum age of keys in use before they are fetched again. */
const REFRESH_MS = 10 * 60_000;
/** How long keys are used without a fetch attempt. A hub without clients fetches none. */
const MAX_IDLE_MS = 2 * REFRESH_MS;
/** Minimum time between the starts of two fetches, whatever triggered them and however they ended. */
const MIN_INTERVAL_MS = 30_000;
/** Maximum number of tokens that wait for one fetch. */
const MAX_WAITING = 250;

/** Called after each fetch. */
export interface KeySetEvents {
  fetched(keys: number): void;
  /** The previous keys stay in use. */
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
 * Known keys stay in use for as long as the issuer cannot be reached. A key that is missing from a fetched set is no
 * longer accepted. After 20 minutes without a fetch, tokens wait for the next one, however it ends: the keys were not
 * used in the meantime, and one of them may have been withdrawn. An unknown key name triggers at most one fetch in 30
 * s, so tokens with made-up names cost the issuer nothing. While the issuer is unreachable such a token is
 * `unavailable`: it may be valid.
 */
export class RemoteKeySet extends KeySource {
  /** Fetches started, and how many of them failed. */
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
    // The same name with another algorithm would be another key.
    if (kid !== undefined && this.keys?.some((key) => key.kid === kid)) return [];
    if (this.fetching === undefined && this.sinceBegunMs() < MIN_INTERVAL_MS) return this.notFound();
    return this.wait(algorithm, kid);
  }

  override warmUp(): void {
    void this.begin();
  }

  /** Fetches in the background: the caller already has its key. Sooner after a failure, so that a withdrawn key expires. */
  private refresh(): void {
    if (this.sinceBegunMs() >= (this.hasFailed ? MIN_INTERVAL_MS : REFRESH_MS)) void this.begin();
  }

  private async wait(algorithm: string, kid: string | undefined): Promise<Found> {
    // Above the limit a known key counts, however old it is: a flood must not lock clients out.
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

  /** Runs one fetch at a time. Never rejects: `hasFailed` holds the result. */
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
    if (status !== 200) throw new FetchError(`the answer has status ${status}`);
    return readKeySet(text);
  }
}
