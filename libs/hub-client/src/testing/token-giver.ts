import type { TokenReason } from '../token-source.js';

/** The application's way to tokens, in the hands of a test: it answers when the test says so. */
export class TokenGiver {
  /** Why it was asked, in order. */
  readonly asked: TokenReason[] = [];
  private readonly waiting: { resolve(token: string): void; reject(error: Error): void }[] = [];

  readonly token = (why: TokenReason): Promise<string> => {
    this.asked.push(why);
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  };

  /** Answers the oldest question; resolves when the client has taken note of it. */
  async give(token: string): Promise<void> {
    this.waiting.shift()?.resolve(token);
    await turn();
  }

  async fail(message = 'no network'): Promise<void> {
    this.waiting.shift()?.reject(new Error(message));
    await turn();
  }
}

/** What is due has happened after it. */
export const turn = () => new Promise((resolve) => setImmediate(resolve));
