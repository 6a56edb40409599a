import { nowMicros } from './marker.js';
import type { Swarm } from './swarm.js';

/** Sends messages until `stop`. */
export interface Loop {
  /** The maximum delay behind the schedule since the last call. */
  lagMs(): number | undefined;
  stop(): void;
}

/** Sends one message after the other at a fixed rate, whatever the server does; the publishers take turns. */
export class OpenLoop implements Loop {
  private readonly start = nowMicros();
  private readonly interval: number;
  private said = 0;
  private lag = 0;
  private timer: NodeJS.Timeout | undefined;
  private immediate: NodeJS.Immediate | undefined;

  constructor(
    private readonly swarm: Swarm,
    perSecond: number,
  ) {
    this.interval = 1e6 / perSecond;
    this.tick();
  }

  lagMs(): number {
    const lag = this.lag / 1000;
    this.lag = 0;
    return lag;
  }

  stop(): void {
    clearTimeout(this.timer);
    clearImmediate(this.immediate);
  }

  /**
   * Due times count from the start, so that a late tick never lowers the rate. Timers are coarse, so several messages
   * may be due at once. They are sent one per turn: the publishers are independent clients, and a server must not get
   * their messages as one burst.
   */
  private tick(): void {
    const { speakers } = this.swarm;
    const due = this.start + this.said * this.interval;
    const now = nowMicros();
    if (due > now) {
      this.timer = setTimeout(() => this.tick(), (due - now) / 1000);
      return;
    }
    this.lag = Math.max(this.lag, now - due);
    speakers[this.said++ % speakers.length]?.say();
    this.immediate = setImmediate(() => this.tick());
  }
}

/** Each publisher has a number of messages in flight. A message is in flight until the observer has received it. */
export class ClosedLoop implements Loop {
  private readonly heard: Uint32Array;
  private answering = false;
  private stopped = false;

  constructor(
    private readonly swarm: Swarm,
    outstanding: number,
  ) {
    this.heard = new Uint32Array(swarm.talkers);
    swarm.onObserved = (talker) => this.hear(talker);
    for (const speaker of swarm.speakers) speaker.say(outstanding);
  }

  lagMs(): undefined {
    return undefined;
  }

  stop(): void {
    this.stopped = true;
  }

  /** All messages of one chunk are answered with one write per publisher, before other connections are read. */
  private hear(talker: number): void {
    this.heard[talker] = (this.heard[talker] as number) + 1;
    if (this.answering) return;
    this.answering = true;
    queueMicrotask(() => this.answer());
  }

  private answer(): void {
    this.answering = false;
    if (this.stopped) return;
    this.swarm.speakers.forEach((speaker, talker) => {
      const count = this.heard[talker] as number;
      if (count > 0) speaker.say(count);
      this.heard[talker] = 0;
    });
  }
}
