const WINDOW_MS = 1_000;

export interface BroadcastCounts {
  readonly messages: number;
  readonly deliveries: number;
  /** The maximum number of connections that one flush wrote to. */
  readonly recipients: number;
}

/** Sums up messages for the log: the first after a quiet period at once, then at most one line per second. */
export class BroadcastSummary {
  private messages = 0;
  private deliveries = 0;
  private recipients = 0;
  private window: NodeJS.Timeout | undefined;

  constructor(private readonly report: (counts: BroadcastCounts) => void) {}

  add({ messages, deliveries, recipients }: BroadcastCounts): void {
    this.messages += messages;
    this.deliveries += deliveries;
    if (recipients > this.recipients) this.recipients = recipients;
    if (this.window === undefined) this.flush();
  }

  /** Reports the remainder. */
  end(): void {
    clearTimeout(this.window);
    this.window = undefined;
    if (this.messages > 0) this.reportAndReset();
  }

  private flush(): void {
    this.window = undefined;
    if (this.messages === 0) return;
    this.reportAndReset();
    this.window = setTimeout(() => this.flush(), WINDOW_MS).unref();
  }

  private reportAndReset(): void {
    const { messages, deliveries, recipients } = this;
    this.messages = this.deliveries = this.recipients = 0;
    this.report({ messages, deliveries, recipients });
  }
}
