import { Call, type Hub } from './call.js';
import { end } from './end.js';
import { judge } from './judge.js';
import type { Random } from './random.js';
import { Speaker } from './speaker.js';
import { Talker } from './talker.js';
import { CHANNELS, type Traits, World, within } from './world.js';

const STEPS = 24;

/** The faults of the hubs during a run; resolves when they are over. */
export type Trouble = (world: World, random: Random) => Promise<void>;

/** The result of a run. */
export interface Played {
  readonly problems: readonly string[];
  readonly entries: number;
  readonly connections: number;
}

/**
 * Plays one schedule against these hubs, and judges it.
 *
 * @param withinMs the timeout for a run that hangs, which is a problem of its own
 */
export async function play(
  random: Random,
  hubs: readonly Hub[],
  traits: Traits,
  withinMs: number,
  trouble: Trouble = async () => undefined,
): Promise<Played> {
  const world = new World(hubs, traits);
  const speakers = Array.from(
    { length: random.integer(2, 4) },
    (_, n) => new Speaker(`s${n}`, random.chance(0.4), random.fork(), world),
  );
  const talkers = Array.from(
    { length: random.integer(1, 2) },
    (_, n) => new Talker(`t${n}`, random.fork(), world),
  );
  const witnesses = await Promise.all(
    hubs.map((hub) => Call.open('witness', hub, { type: 'hello', channels: CHANNELS })),
  );
  const [witness] = witnesses as [Call];
  world.calls.push(...witnesses);
  let isOver = false;
  const course = async () => {
    await Promise.all([
      trouble(world, random.fork()),
      ...[...speakers, ...talkers].map((each) => each.live(STEPS)),
    ]);
    await Promise.all([...speakers, ...talkers].map((each) => each.settle()));
    await end(world, witness);
    isOver = true;
  };
  await within(withinMs, course());
  const orderly = speakers.filter(({ isWild }) => !isWild).map(({ name }) => name);
  const problems = judge(world, witness, orderly);
  if (!isOver) problems.unshift(`did not come to its end: ${speakers.map(({ state }) => state).join('; ')}`);
  for (const { line } of [...world.calls, ...world.talks]) line.break();
  const entries = witness.events.filter((event) => 'heard' in event && event.heard.type === 'message').length;
  return { problems, entries, connections: world.calls.length + world.talks.length };
}
