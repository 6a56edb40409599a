import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { VerifyConfig } from './config/verify.config.js';
import type { Participant } from './participant.js';
import type { Way } from './ways/way.js';

/** A client stops reading for up to this long before it is cut, so that the cut hits traffic in flight. */
const MAX_PAUSE_BEFORE_CUT_MS = 20;
const MAX_STALL_MS = 2_000;

/** A way of one of the clients. */
interface Victim {
  readonly owner: Participant;
  readonly way: Way;
}

/** Injects faults into connections at random. The first client is left alone, because the others are compared with it. */
export class FaultInjector {
  cuts = 0;
  /** Cuts of a connection with traffic in flight; the others prove nothing. */
  cutsInFlight = 0;
  stalls = 0;
  restarts = 0;
  private readonly victims: readonly Victim[];
  private readonly stalled = new Set<Way>();
  private timers: NodeJS.Timeout[] = [];
  private hasEnded = false;
  private restarting: ChildProcess | undefined;
  /** The first restart that failed, in words. */
  failure: string | undefined;

  constructor(
    private readonly config: VerifyConfig,
    participants: readonly Participant[],
  ) {
    this.victims = participants.slice(1).flatMap((owner) => owner.ways.map((way) => ({ owner, way })));
  }

  start(): void {
    const { cutEveryMs, stallEveryMs } = this.config;
    if (cutEveryMs > 0) this.timers.push(setInterval(() => this.cutSomebody(), cutEveryMs));
    if (stallEveryMs > 0) this.timers.push(setInterval(() => this.stallSomebody(), stallEveryMs));
  }

  /** Stops injecting faults; stalled readers resume. */
  stop(): void {
    this.hasEnded = true;
    for (const timer of this.timers) clearInterval(timer);
    for (const victim of this.victims) this.release(victim);
    this.restarting?.unref();
  }

  /** Runs the command that restarts the hub; resolves when it has ended. */
  async restart(): Promise<void> {
    this.restarts++;
    // What it prints belongs to the progress, not to the result.
    const child = spawn(this.config.restartCommand, { shell: true, stdio: ['ignore', 2, 2] });
    // An interrupted run does not wait for it.
    this.restarting = child;
    const [code, signal] = await once(child, 'exit');
    if (code !== 0) this.failure ??= `the restart command exited with ${code ?? signal}`;
  }

  private cutSomebody(): void {
    const victim = this.choose();
    if (victim === undefined) return;
    this.stall(victim);
    setTimeout(() => this.cut(victim), Math.random() * MAX_PAUSE_BEFORE_CUT_MS);
  }

  private cut(victim: Victim): void {
    const { way, owner } = victim;
    if (!this.hasEnded && way.isConnected) {
      this.cuts++;
      if (owner.hasTrafficInFlight(way)) this.cutsInFlight++;
      way.wire.cut();
    }
    this.release(victim);
  }

  private stallSomebody(): void {
    const victim = this.choose();
    if (victim === undefined) return;
    this.stalls++;
    this.stall(victim);
    setTimeout(() => this.release(victim), Math.random() * MAX_STALL_MS).unref();
  }

  private stall({ way }: Victim): void {
    this.stalled.add(way);
    way.wire.stall();
  }

  private release({ way }: Victim): void {
    if (this.stalled.delete(way)) way.wire.resume();
  }

  private choose(): Victim | undefined {
    const free = this.victims.filter(({ way }) => way.isConnected && !this.stalled.has(way));
    return free[Math.floor(Math.random() * free.length)];
  }
}
