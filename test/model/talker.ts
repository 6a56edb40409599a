import type { Random } from './random.js';
import { Talk } from './talk.js';
import { CHANNELS, someCut, turns, type World } from './world.js';

/** More than a replay searches for one part: 64 blocks of 64. */
const FLOOD = 64 * 64 + 200;
/** Together more than the kernel buffers for a client that does not read. */
const HEAVY_MESSAGES = 80;
const HEAVY_BYTES = 60_000;
const AT_ONCE = 8;

/** A plain client that publishes numbered messages, listens, and reconnects now and then. */
export class Talker {
  private talk: Talk | undefined;
  private count = 0;
  private readonly channel: string;

  constructor(
    readonly name: string,
    private readonly random: Random,
    private readonly world: World,
  ) {
    this.channel = random.pick(CHANNELS);
  }

  async live(steps: number): Promise<void> {
    const floodAt = this.random.integer(0, steps * 1.5);
    for (let n = 0; n < steps; n++) {
      const talk = await this.connected();
      this.world.steps++;
      if (n === floodAt) this.say(talk, FLOOD);
      else if (n === 2 && this.world.traits.isHeavy) await this.sayMuch(talk);
      else this.act(talk);
      await turns(this.random.integer(1, 40));
    }
  }

  /** Connects for good. */
  async settle(): Promise<void> {
    while (!this.talk?.isOpen) await this.connect(true);
  }

  private act(talk: Talk): void {
    const chosen = this.random.pick(['say', 'say', 'say', 'stall', 'break', 'nothing'] as const);
    if (chosen === 'say') this.say(talk, this.random.integer(1, 8));
    else if (chosen === 'stall') talk.line.stall(this.random.integer(1, 60));
    else if (chosen === 'break') talk.line.break(this.random.pick(['end', 'destroy', 'reset']));
  }

  private say(talk: Talk, count: number, length = 0): void {
    const names = Array.from({ length: count }, () => `${this.name}/${this.count++}`);
    for (const name of names) this.world.says(name);
    talk.say(names.map((name) => `${name} ${'x'.repeat(length)}`));
  }

  private async sayMuch(talk: Talk): Promise<void> {
    for (let n = 0; n < HEAVY_MESSAGES; n += AT_ONCE) {
      this.say(talk, AT_ONCE, HEAVY_BYTES);
      await turns(AT_ONCE);
    }
  }

  private async connected(): Promise<Talk> {
    while (!this.talk?.isOpen) await this.connect(this.random.chance(0.4));
    return this.talk;
  }

  private async connect(forGood: boolean): Promise<void> {
    const { world, random } = this;
    const cut = forGood ? undefined : someCut(random);
    this.talk = await Talk.open(this.name, random.pick(world.hubs), this.channel, () => world.now, cut);
    world.talks.push(this.talk);
  }
}
