import { isToken, TOKEN_RULE } from '@ws-hub/protocol';
import { TokenError } from './errors.js';

/**
 * Why a token is asked for: for an attempt to connect, because the present one expires soon, or because the hub has
 * rejected the last one, so that the same again is of no use.
 */
export type TokenReason = 'connect' | 'expiring' | 'rejected';

/** Gets a token from wherever the application has it. It may take its time, and fail: it is asked again then. */
export type TokenFunction = (why: TokenReason) => string | Promise<string>;

export interface TokenListener {
  obtained(token: string): void;
  failed(error: TokenError): void;
}

interface Call {
  readonly why: TokenReason;
  readonly token: Promise<string>;
}

/** Asks the application for tokens, once at a time: whoever needs one meanwhile gets the same. */
export class TokenSource {
  private running: Call | undefined;

  constructor(private readonly ask: TokenFunction) {}

  /** @returns what makes the listener hear nothing any more */
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
    // A call from before the rejection may bring the very token that was rejected.
    while (why === 'rejected' && this.running !== undefined && this.running.why !== 'rejected')
      await Promise.allSettled([this.running.token]);
    if (!isWanted()) throw new TokenError('nobody waits for it any more');
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

/** @throws Error that says what a token may be, and not what this one is */
export function checkedToken(token: unknown): string {
  if (typeof token === 'string' && isToken(token)) return token;
  throw new Error(`a token must be ${TOKEN_RULE}`);
}
