import { TokenError } from '../errors.js';
import { checkedToken, type TokenFunction } from '../token-source.js';

/** Whose requests they are: those of the holder of an API key, or of the user whom a token names. */
export interface CredentialOptions {
  /** A key as `ws-hub key create` has printed it, or what gets it. */
  readonly apiKey?: string | TokenFunction | undefined;
  /** A token, or what gets one. */
  readonly token?: string | TokenFunction | undefined;
}

/** The API key or the token of a client; got when it is needed, and again when the hub has rejected it. */
export class HttpCredentials {
  /** Whether there is nothing to show. */
  readonly areNone: boolean;
  private readonly ask: TokenFunction | undefined;
  private current: string | undefined;
  private asking: Promise<string> | undefined;

  /** @throws Error if there are both, or what is given is none */
  constructor({ apiKey, token }: CredentialOptions) {
    if (apiKey !== undefined && token !== undefined) throw new Error('give an API key or a token, not both');
    const given = apiKey ?? token;
    this.areNone = given === undefined;
    if (typeof given === 'function') this.ask = given;
    else if (given !== undefined) this.current = checkedToken(given);
  }

  get areRenewable(): boolean {
    return this.ask !== undefined;
  }

  /** What to show now; undefined if there is nothing to show. @throws TokenError if the function fails */
  async get(): Promise<string | undefined> {
    return this.current ?? (this.ask && this.obtain(this.ask, 'connect'));
  }

  /** Asks for others, since these were rejected. @returns whether there are others now @throws TokenError */
  async renew(rejected: string | undefined): Promise<boolean> {
    if (this.ask !== undefined && this.current === rejected) await this.obtain(this.ask, 'rejected');
    return this.current !== rejected;
  }

  /** Once at a time, for all requests that need it. */
  private obtain(ask: TokenFunction, why: 'connect' | 'rejected'): Promise<string> {
    this.asking ??= this.answer(ask, why).finally(() => {
      this.asking = undefined;
    });
    return this.asking;
  }

  private async answer(ask: TokenFunction, why: 'connect' | 'rejected'): Promise<string> {
    try {
      this.current = checkedToken(await ask(why));
      return this.current;
    } catch (cause) {
      throw new TokenError(cause instanceof Error ? cause.message : 'the function failed', { cause });
    }
  }
}
