import { expect, test } from '@jest/globals';
import { askAgain } from './ask-again.js';

/** Requests that a test answers. */
class Questions {
  readonly asked: { resolve(answer: string): void; reject(error: Error): void }[] = [];
  private onAsked: () => void = () => undefined;

  readonly ask = () =>
    new Promise<string>((resolve, reject) => {
      this.asked.push({ resolve, reject });
      this.onAsked();
    });

  /** Resolves when there are two. */
  readonly two = new Promise<void>((resolve) => {
    this.onAsked = () => this.asked.length === 2 && resolve();
  });
}

test('a request without an answer is repeated, and the first answer to any of them counts', async () => {
  const { ask, asked, two } = new Questions();
  const answer = askAgain(ask);
  await two;
  asked[1]?.resolve('second');
  expect(await answer).toBe('second');
});

test('an answer that arrives too late is reported, since it may need to be cleaned up', async () => {
  const { ask, asked, two } = new Questions();
  const late = new Promise((told) => {
    void askAgain(ask, told);
  });
  await two;
  asked[1]?.resolve('second');
  asked[0]?.resolve('first');
  expect(await late).toBe('first');
});

test('the first question that fails ends it', async () => {
  const { ask, asked } = new Questions();
  const answer = askAgain(ask);
  asked[0]?.reject(new Error('no'));
  await expect(answer).rejects.toThrow('no');
});
