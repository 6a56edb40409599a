import { CHANNEL_RULE, isChannelName, type Subscribe } from '@ws-hub/protocol';

/** A change of the channels that the hub has not confirmed yet. */
interface Change {
  readonly message: Subscribe;
  /** It was sent to the hub, in a `hello` or on its own. */
  isAsked: boolean;
  resolve(): void;
  reject(error: Error): void;
}

/** Channels of a `hello` that the hub rejected. */
interface Lost {
  readonly channels: readonly string[];
  readonly error: Error;
}

/** Sends a message on the connection. */
type SendSubscribe = (message: Subscribe) => void;

/** The channels that the application is subscribed to: a set that outlives connections. */
export class Channels {
  /** Confirmed by the hub, or given at the start. */
  private settled: ReadonlySet<string>;
  /** The set after all changes, each of which the hub may reject on its own. */
  private wanted: ReadonlySet<string>;
  private changes: Change[] = [];
  private send: SendSubscribe | undefined;

  constructor(names: readonly string[]) {
    this.settled = this.wanted = new Set(names);
  }

  has(name: string): boolean {
    return this.wanted.has(name);
  }

  get names(): readonly string[] {
    return [...this.wanted];
  }

  /** Whether a change waits for the hub's confirmation. */
  get isChanging(): boolean {
    return this.changes.length > 0;
  }

  /** The number of changes that wait for the hub's answer. */
  get asked(): number {
    return this.changes.filter(({ isAsked }) => isAsked).length;
  }

  /** Resolves when the hub has confirmed the change, possibly on a later connection. */
  async change(type: Subscribe['type'], names: readonly string[]): Promise<void> {
    if (checkedNames(names).length === 0) return;
    await new Promise<void>((resolve, reject) => {
      const change = { message: { type, channels: names }, isAsked: false, resolve, reject };
      this.changes.push(change);
      this.wanted = applied(this.wanted, change);
      this.ask(change);
    });
  }

  /** The channels for a `hello`, including all unconfirmed changes. */
  greet(): readonly string[] {
    for (const change of this.changes) change.isAsked = true;
    return this.names;
  }

  /** The hub has answered the `hello`. @param refused why some of its channels were rejected, if any were */
  open(send: SendSubscribe, refused?: Lost): void {
    const lost = new Set(refused?.channels);
    for (let change = this.takeAsked(); change !== undefined; change = this.takeAsked()) {
      this.settled = applied(this.settled, change);
      const { type, channels } = change.message;
      if (refused && type === 'subscribe' && channels.some((name) => lost.has(name)))
        change.reject(refused.error);
      else change.resolve();
    }
    if (refused) this.lose(refused.channels);
    this.send = send;
    for (const change of this.changes) this.ask(change);
  }

  close(): void {
    this.send = undefined;
    for (const change of this.changes) change.isAsked = false;
  }

  /** The hub answers requests in order. @returns false if there is nothing to confirm */
  confirmed(): boolean {
    const change = this.takeAsked();
    if (change === undefined) return false;
    this.settled = applied(this.settled, change);
    change.resolve();
    return true;
  }

  /** Reverts the oldest change. @returns false if there is none that the hub could mean */
  refused(error: Error): boolean {
    const change = this.takeAsked();
    if (change === undefined) return false;
    this.wanted = this.changes.reduce(applied, this.settled);
    change.reject(error);
    return true;
  }

  /** The hub has removed these channels. They are not requested again, unless a change adds them. */
  lose(names: readonly string[]): void {
    const lost = new Set(names);
    this.settled = new Set([...this.settled].filter((name) => !lost.has(name)));
    this.wanted = this.changes.reduce(applied, this.settled);
  }

  /** The hub will confirm nothing more: unconfirmed changes are reverted. */
  abandon(why: string): void {
    this.wanted = this.settled;
    for (const { reject } of this.changes.splice(0)) reject(new Error(why));
  }

  private takeAsked(): Change | undefined {
    return this.changes[0]?.isAsked ? this.changes.shift() : undefined;
  }

  private ask(change: Change): void {
    if (this.send === undefined) return;
    change.isAsked = true;
    this.send(change.message);
  }
}

function applied(names: ReadonlySet<string>, { message }: Change): ReadonlySet<string> {
  const next = new Set(names);
  for (const name of message.channels) {
    if (message.type === 'subscribe') next.add(name);
    else next.delete(name);
  }
  return next;
}

/** @throws Error that names the first invalid name */
export function checkedNames(names: readonly string[]): readonly string[] {
  const bad = names.find((name) => !isChannelName(name));
  if (bad !== undefined) throw new Error(`"${bad}" is not a channel name: ${CHANNEL_RULE}`);
  return names;
}
