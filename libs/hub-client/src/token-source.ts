import { isToken, TOKEN_RULE } from '@ws-hub/protocol';
import { TokenError } from './errors.js';

/**
 * Why a token is requested: for a connection attempt, because the current one expires soon, or because the hub has
 * rejected the last one, so that the same token is of no use.
 */
export type TokenReason = 'connect' | 'expiring' | 'rejected';

/** Returns a token of the application. It may take its time, and fail: it is called again then. */
export type TokenFunction = (why: TokenReason) => string | Promise<string>;

export interface TokenListener {
  obtained(token: string): void;
  failed(error: TokenError): void;
}

interface Call {
  readonly why: TokenReason;
  readonly token: Promise<string>;
}

/** Calls the application's token function, once at a time. Concurrent requests share the result. */
export class TokenSource {
  private running: Call | undefined;

  constructor(private readonly ask: TokenFunction) {}

  /** @returns detaches the listener */
  obtain(why: TokenReason, listener: TokenListener): () => void {
    let isWanted = true;
    const told =
      <Value>(tell: (value: Value) => void) =>
      (value: Value) => {
        if (isWanted) tell(value);
      };
    this.find(why, () => isWanted).then(
      told((token: string) => listener.obtained(token)),
      told((error: TokenError) => listener.failed(error)),
    );
    return () => {
      isWanted = false;
    };
  }

  private async find(why: TokenReason, isWanted: () => boolean): Promise<string> {
    // A call from before the rejection may return the very token that was rejected.
    while (why === 'rejected' && this.running !== undefined && this.running.why !== 'rejected')
      await Promise.allSettled([this.running.token]);
    if (!isWanted()) throw new TokenError('the request is no longer needed');
    this.running ??= this.call(why);
    return this.running.token;
  }

  private call(why: TokenReason): Call {
    const token = this.answer(why).finally(() => {
      this.running = undefined;
    });
    return { why, token };
  }

  private async answer(why: TokenReason): Promise<string> {
    try {
      return checkedToken(await this.ask(why));
    } catch (cause) {
      throw new TokenError(cause instanceof Error ? cause.message : 'the function failed', { cause });
    }
  }
}

/** @throws Error that states what a token may be, without quoting this one */
export function checkedToken(token: unknown): string {
  if (typeof token === 'string' && isToken(token)) return token;
  throw new Error(`a token must be ${TOKEN_RULE}`);
}
