import type { ClientMessage, HubMessage, Position, Publish } from '@ws-hub/protocol';
import { Call, placeOf } from './call.js';
import type { Random } from './random.js';
import { CHANNELS, someCut, turns, type World, within } from './world.js';

/** A place that no hub knows. */
const FOREIGN = '0123456789abcdef-41';
const MAX_CALLS = 4;
const PATIENCE_MS = 40;
/** How long a rejected client waits before it reconnects. */
const COME_BACK_MS = 20;

/**
 * A hub.v1 identity on a chain of connections, driven by its seed: it is cut, resumes from its cursor or an older one,
 * repeats keys, stalls, changes its channels, and has several connections at a time.
 *
 * An orderly one only publishes on its newest connection, once that has caught up and all unacknowledged messages were
 * sent again, so that its messages keep their order. A wild one publishes at any time.
 */
export class Speaker {
  private session: string | undefined;
  private cursor: Position | undefined;
  private readonly cursors: Position[] = [];
  private readonly channels: Set<string>;
  private readonly pending = new Map<string, Publish>();
  private readonly published: Publish[] = [];
  private current: Call | undefined;
  private readonly calls: Call[] = [];
  /** The newest connection has caught up, and all unacknowledged messages were sent again. */
  private flows = false;

  constructor(
    readonly name: string,
    readonly isWild: boolean,
    private readonly random: Random,
    private readonly world: World,
  ) {
    this.channels = new Set(someChannels(random));
  }

  async live(steps: number): Promise<void> {
    for (let n = 0; n < steps; n++) {
      const call = await this.connected();
      this.world.steps++;
      if (this.flows || this.isWild) await this.act(call);
      await this.pace(call);
    }
  }

  /** Connects for good; resolves when all its messages are acknowledged. */
  async settle(): Promise<void> {
    this.channels.add(this.random.pick(CHANNELS));
    this.current?.line.break();
    while (this.pending.size > 0 || !this.current?.isOpen) {
      const call = await this.connected(true);
      await call.line.until(() => this.flows);
      await call.line.until(() => this.pending.size === 0 || call.answers.missing.length === 0);
      // Sent on another connection than this one, and rejected there.
      if (this.flows) call.say(...this.pending.values());
    }
  }

  /** What it waits for, for a run that does not end. */
  get state(): string {
    const { current, pending, flows } = this;
    return `${this.name}: ${current?.isOpen ? 'connected' : 'away'}, ${flows ? '' : 'not '}caught up, not acked: ${[...pending.keys()]}`;
  }

  private async act(call: Call): Promise<void> {
    const { random } = this;
    const chosen = random.pick(ACTS);
    if (chosen === 'say') call.say(...Array.from({ length: random.integer(1, 6) }, () => this.newMessage()));
    else if (chosen === 'say apart')
      for (let n = 0; n < random.integer(2, 5); n++) call.say(this.newMessage());
    else if (chosen === 'repeat') call.say(...this.repeated());
    else if (chosen === 'change') call.say(this.change());
    else if (chosen === 'knot')
      call.say(...Array.from({ length: random.integer(3, 10) }, () => this.anything()).flat());
    else if (chosen === 'break') call.line.break(random.pick(['end', 'destroy', 'reset']));
    else if (chosen === 'stall') call.line.stall(random.integer(1, 120));
    else if (chosen === 'another') await this.connect();
    else if (chosen === 'elsewhere' && this.isWild)
      random.pick(this.openCalls()).say(this.newMessage(), ...this.repeated());
  }

  private anything(): ClientMessage[] {
    const chosen = this.random.pick(['say', 'say', 'repeat', 'repeat', 'change', 'ping'] as const);
    if (chosen === 'say') return [this.newMessage()];
    if (chosen === 'repeat') return this.repeated();
    return chosen === 'ping' ? [{ type: 'ping' }] : [this.change()];
  }

  private newMessage(): Publish {
    const { random } = this;
    const key = `${this.name}/${this.published.length}`;
    const length = random.pick([0, 0, 0, 0, 0, 200, 200, 5_000, random.integer(0, 40_000)]);
    const message: Publish = {
      type: 'publish',
      key,
      channel: random.pick(CHANNELS),
      content: `${key} ${'x'.repeat(length)}`,
    };
    this.world.says(key);
    this.published.push(message);
    this.pending.set(key, message);
    return message;
  }

  /** Newer ones more often: their acks may still be in flight. */
  private repeated(): Publish[] {
    const { published, random } = this;
    if (published.length === 0) return [];
    const from = random.chance(0.8) ? Math.max(0, published.length - random.integer(1, 4)) : 0;
    const one = published[random.integer(from, published.length - 1)] as Publish;
    return Array.from({ length: random.integer(1, 2) }, () => one);
  }

  /** Often to channels that it already has: it takes its place in the order anew nevertheless. */
  private change(): ClientMessage {
    const { random, channels: mine } = this;
    if (mine.size > 0 && random.chance(0.5)) return { type: 'subscribe', channels: [...mine] };
    const type = random.pick(['subscribe', 'subscribe', 'unsubscribe'] as const);
    const channels = [random.pick(CHANNELS), ...random.some(CHANNELS)];
    for (const name of channels) {
      if (type === 'subscribe') mine.add(name);
      else mine.delete(name);
    }
    return { type, channels: [...new Set(channels)] };
  }

  private async pace(call: Call): Promise<void> {
    const { random } = this;
    const chosen = random.pick(['turns', 'turns', 'ping', 'acks'] as const);
    if (chosen === 'turns') await turns(random.integer(1, 10));
    else if (chosen === 'ping') await within(PATIENCE_MS, call.ping());
    else
      await within(
        PATIENCE_MS,
        call.line.until(() => this.flows && this.pending.size === 0),
      );
  }

  private openCalls(): Call[] {
    return this.calls.filter(({ isOpen }) => isOpen);
  }

  /** @param forGood on a connection that will not be cut, from the newest cursor */
  private async connected(forGood = false): Promise<Call> {
    while (!this.current?.isOpen) {
      const code = this.current?.line.closeCode;
      if (code !== undefined) await within(COME_BACK_MS, new Promise(() => undefined));
      await this.connect(forGood);
      if (!this.current?.isOpen) await turns(1);
    }
    return this.current;
  }

  private async connect(forGood = false): Promise<void> {
    const { random, session } = this;
    if (this.openCalls().length >= MAX_CALLS) this.openCalls()[0]?.line.break();
    const since = forGood ? this.cursor : this.someCursor();
    const cut = forGood || random.chance(0.3) ? undefined : someCut(random);
    const early = this.isWild && session !== undefined && random.chance(0.3);
    const call = await Call.open(
      this.name,
      random.pick(this.world.hubs),
      { type: 'hello', session, since, channels: [...this.channels] },
      {
        cut,
        more: early ? this.anything() : [],
        onHeard: (message, from) => this.heard(message, from),
        stallMs:
          forGood || !random.chance(this.world.traits.isHeavy ? 0.5 : 0.1) ? 0 : random.integer(1, 250),
      },
    );
    this.calls.push(call);
    this.world.calls.push(call);
  }

  private someCursor(): Position | undefined {
    const { random, cursors, cursor } = this;
    const { isHeavy, rewinds } = this.world.traits;
    const dice = random.next();
    if (dice < 0.03) return FOREIGN;
    if (dice < 0.06) return undefined;
    if (dice > 1 - rewinds && cursors.length > 0)
      return cursors[random.integer(0, Math.floor((cursors.length - 1) / (isHeavy ? 8 : 1)))];
    return cursor;
  }

  private heard(message: HubMessage, call: Call): void {
    if (message.type === 'welcome') this.welcomed(call, message.session, message.position);
    if (message.type === 'ack') this.pending.delete(message.key);
    if (call !== this.current) return;
    const place = placeOf(message);
    if (place !== undefined) this.moveTo(place);
    if (!this.flows && !call.isReplaying) {
      this.flows = true;
      call.say(...this.pending.values());
    }
    // A rejected message goes before all newer ones: with the next connection.
    if (message.type === 'error' && message.code === 'unavailable') call.line.break();
  }

  private welcomed(call: Call, session: string, position: Position): void {
    this.session = session;
    this.current = call;
    this.flows = false;
    this.moveTo(position);
  }

  private moveTo(place: Position): void {
    this.cursor = place;
    this.cursors.push(place);
  }
}

/** Often all of them, like the witness: clients with the same channels share their batches. */
function someChannels(random: Random): readonly string[] {
  return random.pick([CHANNELS, [random.pick(CHANNELS)], random.some(CHANNELS)]);
}

const ACTS = [
  'say',
  'say',
  'say apart',
  'repeat',
  'change',
  'knot',
  'knot',
  'break',
  'stall',
  'another',
  'elsewhere',
  'nothing',
] as const;
