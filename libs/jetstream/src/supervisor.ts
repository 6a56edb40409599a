import type { LogEvents } from '@ws-hub/hub';

const RETRY_MS = 250;
const MAX_RETRY_MS = 500;

/** Something to keep attached. */
export interface Attachment {
  /** @throws Error if it has failed, which was reported */
  attach(): Promise<void>;
  /** Resolves with the reason why it must be attached again. */
  untilTrouble(): Promise<string>;
  detach(): void;
}

/** Attaches, and attaches again after every failure, until the end. */
export class Supervisor {
  private endPause: () => void = () => undefined;
  private hasEnded = false;

  constructor(
    private readonly attachment: Attachment,
    private readonly events: Pick<LogEvents, 'lost' | 'refused'>,
  ) {}

  /** @returns the first attempt, which may fail; others follow */
  start(): Promise<void> {
    const firstTry = this.attachment.attach();
    void this.supervise(firstTry);
    return firstTry;
  }

  /** Starts the next attempt now. */
  hurry(): void {
    this.endPause();
  }

  /** There are no more attempts, and the result of a running one is not reported. */
  end(): void {
    this.hasEnded = true;
    this.attachment.detach();
  }

  private async supervise(firstTry: Promise<void>): Promise<void> {
    let failures = await this.serve(firstTry, 0);
    while (!this.hasEnded) {
      await this.pause(Math.min(RETRY_MS * failures, MAX_RETRY_MS));
      if (!this.hasEnded) failures = await this.serve(this.attachment.attach(), failures);
    }
  }

  /** @returns how many attempts have failed in a row, including this one */
  private async serve(attempt: Promise<void>, failures: number): Promise<number> {
    try {
      await attempt;
      const reason = await this.attachment.untilTrouble();
      if (!this.hasEnded) this.events.lost(reason);
      return 0;
    } catch (error) {
      if (!this.hasEnded) this.events.refused(error as Error);
      return failures + 1;
    } finally {
      this.attachment.detach();
    }
  }

  /** Waits for the next attempt. */
  private async pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      setTimeout(resolve, ms).unref();
      this.endPause = resolve;
    });
  }
}
