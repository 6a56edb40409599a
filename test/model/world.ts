import type { Call, Hub } from './call.js';
import type { Random } from './random.js';
import type { Talk } from './talk.js';

export const CHANNELS = ['a', 'b', 'c'] as const;

/** The last of these channels, in the order in which their last messages are published. */
export function lastOf(channels: ReadonlySet<string>): string | undefined {
  return CHANNELS.filter((name) => channels.has(name)).at(-1);
}

/** How seeds differ from each other. */
export interface Traits {
  /** There is so much to replay that the kernel does not buffer it for a client that stalls. */
  readonly isHeavy: boolean;
  /** How often a client resumes from an older place than its cursor. */
  readonly rewinds: number;
  /** The log drops entries that a client may still want. */
  readonly forgets: boolean;
  /** A connection may be closed with 1013 though its client did nothing wrong. */
  readonly mayRefuse: boolean;
}

/** The state that all actors of a run share: the hubs, and the record of everything sent and received. */
export class World {
  readonly calls: Call[] = [];
  readonly talks: Talk[] = [];
  /** When each message was published for the first time, by a count of messages. */
  readonly saidAt = new Map<string, number>();
  /** Counts the steps of all actors. */
  steps = 0;

  constructor(
    readonly hubs: readonly Hub[],
    readonly traits: Traits,
  ) {}

  get now(): number {
    return this.saidAt.size;
  }

  /** The message with this name is about to be published. */
  says(name: string): void {
    this.saidAt.set(name, this.now);
  }
}

/** Each message starts with its own name, `<who>/<number>`. */
export function nameOf(content: string): string {
  const end = content.indexOf(' ');
  return end === -1 ? content : content.slice(0, end);
}

/** Continues after so many turns of the event loop. */
export async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await new Promise((resolve) => setImmediate(resolve));
}

/** Resolves with `event`, or after this time: an actor that stops waiting. */
export async function within(ms: number, event: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([event, patience]);
  clearTimeout(timer);
}

/** A schedule's own breaks: more often near the beginning, so that they also hit replays and hellos. */
export function someCut(random: Random) {
  const after = random.pick(['bytes in', 'bytes out', 'frames in', 'frames out'] as const);
  const isBytes = after.startsWith('bytes');
  const most = random.pick(isBytes ? [300, 2_000, 20_000] : [3, 20, 100]);
  return { after, count: random.integer(1, most), how: random.pick(['end', 'destroy', 'reset'] as const) };
}
