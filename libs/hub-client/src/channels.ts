import { CHANNEL_RULE, isChannelName, type Subscribe } from '../../protocol/src/index.js';

/** A change of the set that the hub has not confirmed yet. */
interface Change {
  readonly message: Subscribe;
  /** The names that it really added or removed. */
  readonly changed: readonly string[];
  /** The hub has been asked, in a `hello` or by itself. */
  isAsked: boolean;
  resolve(): void;
  reject(error: Error): void;
}

/** Puts a message on the connection. */
type SendSubscribe = (message: Subscribe) => void;

/** What the application listens to: a set that outlives connections. */
export class Channels {
  private readonly set: Set<string>;
  private changes: Change[] = [];
  private send: SendSubscribe | undefined;

  constructor(names: readonly string[]) {
    this.set = new Set(names);
  }

  has(name: string): boolean {
    return this.set.has(name);
  }

  get names(): readonly string[] {
    return [...this.set];
  }

  /** Resolves when the hub has confirmed the change, which may be on the next connection. */
  async change(type: Subscribe['type'], names: readonly string[]): Promise<void> {
    const isNew = type === 'subscribe';
    const changed = checkedNames(names).filter((name) => this.set.has(name) !== isNew);
    if (names.length === 0) return;
    for (const name of changed) this.put(name, isNew);
    await new Promise<void>((resolve, reject) => {
      const change = { message: { type, channels: names }, changed, isAsked: false, resolve, reject };
      this.changes.push(change);
      this.ask(change);
    });
  }

  /** The set for a `hello`, which asks for all that has not been confirmed. */
  greet(): readonly string[] {
    for (const change of this.changes) change.isAsked = true;
    return this.names;
  }

  /** The hub has answered the `hello`. */
  open(send: SendSubscribe): void {
    const done = this.changes.filter(({ isAsked }) => isAsked);
    this.changes = this.changes.filter(({ isAsked }) => !isAsked);
    for (const { resolve } of done) resolve();
    this.send = send;
    for (const change of this.changes) this.ask(change);
  }

  close(): void {
    this.send = undefined;
    for (const change of this.changes) change.isAsked = false;
  }

  /** The hub answers in the order in which it was asked. */
  confirmed(): void {
    this.changes.shift()?.resolve();
  }

  /** Takes the oldest change back. @returns false if there is none that the hub could mean */
  refused(error: Error): boolean {
    if (!this.changes[0]?.isAsked) return false;
    const [{ message, changed, reject }] = this.changes.splice(0, 1) as [Change];
    for (const name of changed) this.put(name, message.type === 'unsubscribe');
    reject(error);
    return true;
  }

  /** No hub will confirm anything any more. */
  abandon(why: string): void {
    for (const { reject } of this.changes.splice(0)) reject(new Error(why));
  }

  private ask(change: Change): void {
    if (this.send === undefined) return;
    change.isAsked = true;
    this.send(change.message);
  }

  private put(name: string, isNew: boolean): void {
    if (isNew) this.set.add(name);
    else this.set.delete(name);
  }
}

/** @throws Error that names the first that is no name of a channel */
export function checkedNames(names: readonly string[]): readonly string[] {
  const bad = names.find((name) => !isChannelName(name));
  if (bad !== undefined) throw new Error(`"${bad}" is no name of a channel: ${CHANNEL_RULE}`);
  return names;
}
