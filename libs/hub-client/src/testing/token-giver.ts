import type { TokenReason } from '../token-source.js';

/** The application's token function, controlled by a test: it answers when the test says so. */
export class TokenGiver {
  /** The reasons that it was called with, in order. */
  readonly asked: TokenReason[] = [];
  private readonly waiting: { resolve(token: string): void; reject(error: Error): void }[] = [];

  readonly token = (why: TokenReason): Promise<string> => {
    this.asked.push(why);
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  };

  /** Answers the oldest call. Resolves when the client has processed it. */
  async give(token: string): Promise<void> {
    this.waiting.shift()?.resolve(token);
    await turn();
  }

  async fail(message = 'no network'): Promise<void> {
    this.waiting.shift()?.reject(new Error(message));
    await turn();
  }
}

/** Resolves after all pending work is done. */
export const turn = () => new Promise((resolve) => setImmediate(resolve));
