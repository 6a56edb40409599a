import type { PaneModel } from '../try/pane-model.js';

/** How long a cut lasts, unless it is mended before; milliseconds. */
export const CUT_MS = 5_000;

/** When after the cut the other one speaks; milliseconds. */
const SPEAK_MS = [700, 2_000] as const;

/** Two clients that greet each other, and talk on while one of them is cut off. */
export class Scene {
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();
  private hasGreeted = false;
  private readonly ends: readonly (() => void)[];

  constructor(
    readonly alice: PaneModel,
    readonly bob: PaneModel,
  ) {
    this.ends = [alice, bob].map(({ changes }) => changes.on(() => this.greet()));
  }

  start(): void {
    this.alice.connect();
    this.bob.connect();
  }

  /** Cuts one of the two off, lets the other speak meanwhile, and mends the line. */
  cut(who: PaneModel): void {
    const other = who === this.alice ? this.bob : this.alice;
    who.cut();
    const said = [`${who.name} is cut off. This is sent meanwhile.`, 'And this too.'];
    for (const [n, ms] of SPEAK_MS.entries())
      this.later(ms, () => {
        if (who.isCut && other.status === 'connected') void other.say(said[n] as string);
      });
    this.later(CUT_MS, () => who.mend());
  }

  end(): void {
    for (const end of this.ends) end();
    for (const timer of this.timers) clearTimeout(timer);
    this.alice.disconnect();
    this.bob.disconnect();
  }

  /** Once, when both are connected: plain clients do not receive earlier messages. */
  private greet(): void {
    const { alice, bob } = this;
    if (this.hasGreeted || alice.status !== 'connected' || bob.status !== 'connected') return;
    this.hasGreeted = true;
    void alice.say('Hello Bob, do you hear me?');
    const end = bob.changes.on(() => {
      if (!bob.talk.all.some(({ kind }) => kind === 'heard')) return;
      end();
      void bob.say('Loud and clear, Alice.');
    });
  }

  private later(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      act();
    }, ms);
    this.timers.add(timer);
  }
}
