import type { NatsLink, NatsServer } from '@ws-hub/testing';
import type { Trouble } from './run.js';
import { turns, type World, within } from './world.js';

const TROUBLES = 6;
const MAX_WAIT_MS = 400;

/** All faults between hubs and NATS: links are cut, entries are delayed, and NATS is killed once. */
export function natsTrouble(nats: NatsServer, links: readonly NatsLink[]): Trouble {
  return async (world, random) => {
    const killAt = random.integer(0, TROUBLES - 1);
    for (let n = 0; n < TROUBLES; n++) {
      await stepsOf(world, random.integer(1, 6));
      // The last one belongs to the hub that has to read old entries from the stream.
      const link = random.chance(0.3) ? random.pick(links) : (links.at(-1) as NatsLink);
      if (n === killAt) {
        await nats.kill();
        await stepsOf(world, random.integer(1, 12));
        await nats.run();
      } else if (random.chance(0.25)) link.cut();
      else {
        link.hold();
        await stepsOf(world, random.integer(10, 40));
        link.release();
      }
    }
  };
}

/** Resolves when the actors have made so many more steps, or all of them wait. */
async function stepsOf(world: World, count: number): Promise<void> {
  const wanted = world.steps + count;
  let isEnough = false;
  const enough = async () => {
    while (world.steps < wanted && !isEnough) await turns(1);
  };
  await within(MAX_WAIT_MS, enough());
  isEnough = true;
}
