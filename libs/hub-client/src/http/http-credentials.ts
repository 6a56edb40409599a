import { TokenError } from '../errors.js';
import { checkedToken, type TokenFunction } from '../token-source.js';

/** The credentials of the requests: an API key, or a user's token. */
export interface CredentialOptions {
  /** A key as printed by `ws-hub key create`, or a function that returns one. */
  readonly apiKey?: string | TokenFunction | undefined;
  /** A token, or a function that returns one. */
  readonly token?: string | TokenFunction | undefined;
}

/** The API key or the token of a client. It is requested when needed, and again when the hub has rejected it. */
export class HttpCredentials {
  /** Whether there are no credentials. */
  readonly areNone: boolean;
  private readonly ask: TokenFunction | undefined;
  private current: string | undefined;
  private asking: Promise<string> | undefined;

  /** @throws Error if both are given, or one is invalid */
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

  /** The current credentials; undefined if there are none. @throws TokenError if the function fails */
  async get(): Promise<string | undefined> {
    return this.current ?? (this.ask && this.obtain(this.ask, 'connect'));
  }

  /** Requests new credentials after a rejection. @returns whether they are different now @throws TokenError */
  async renew(rejected: string | undefined): Promise<boolean> {
    if (this.ask !== undefined && this.current === rejected) await this.obtain(this.ask, 'rejected');
    return this.current !== rejected;
  }

  /** One call at a time, for all requests that need it. */
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
