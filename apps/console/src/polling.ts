/** After failures it asks less often, up to this. */
const MAX_DELAY_MS = 30_000;

/** The pause before the next question; `failures` in a row double it. */
export function nextDelayMs(intervalMs: number, failures: number): number {
  return failures === 0
    ? intervalMs
    : Math.max(intervalMs, Math.min(intervalMs * 2 ** failures, MAX_DELAY_MS));
}

export interface PollingOptions<T> {
  readonly intervalMs: number;
  load(): Promise<T>;
  onValue(value: T): void;
  onError(error: Error): void;
  /** Calls back once, later, and returns a function that cancels it. */
  later(run: () => void, delayMs: number): () => void;
}

/** Polls, one request at a time; answers that arrive after `stop` are ignored. */
export class Polling<T> {
  #isRunning = false;
  #isAsking = false;
  #failures = 0;
  #cancel: (() => void) | undefined;

  constructor(private readonly options: PollingOptions<T>) {}

  /** Sends a request at once, unless one is running. */
  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    if (!this.#isAsking) void this.#ask();
  }

  /** Stops polling until it is started again. */
  stop(): void {
    this.#isRunning = false;
    this.#cancel?.();
  }

  /** Asks now instead of later. */
  again(): void {
    if (!this.#isRunning || this.#isAsking) return;
    this.#cancel?.();
    void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#isAsking = true;
    await this.options.load().then(
      (value) => this.#took(value),
      (error: Error) => this.#failed(error),
    );
    this.#isAsking = false;
    if (!this.#isRunning) return;
    this.#cancel = this.options.later(
      () => void this.#ask(),
      nextDelayMs(this.options.intervalMs, this.#failures),
    );
  }

  #took(value: T): void {
    this.#failures = 0;
    if (this.#isRunning) this.options.onValue(value);
  }

  #failed(error: Error): void {
    this.#failures++;
    if (this.#isRunning) this.options.onError(error);
  }
}
