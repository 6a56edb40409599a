import { describe, expect, test } from '@jest/globals';
import { startHub } from './hubs.js';
import { Random } from './random.js';
import { play } from './run.js';
import { seeds } from './seeds.js';

const WITHIN_MS = 10_000;
/** Fewer than a run says, so that there are gaps, and replays that the log overtakes. */
const SMALL_LOG = 100;

describe('one hub with its log in memory', () => {
  test.each(seeds(16))(
    'keeps its promise to all, whatever happens to their connections (%s)',
    async (_, seed) => {
      const random = new Random(seed);
      const isHeavy = random.chance(0.1);
      const forgets = !isHeavy && random.chance(0.15);
      const flags = [
        ...['--flush-interval-ms', String(random.pick([0, 2, 2, 20]))],
        // Often, so that positions come in between everything else.
        ...['--ping-interval', '100', '--ping-timeout', '3000'],
        ...(forgets ? ['--log-max-messages', String(SMALL_LOG)] : []),
      ];
      const hub = await startHub('hub', flags);
      try {
        const { problems } = await play(
          random,
          [hub],
          { isHeavy, rewinds: isHeavy ? 0.5 : 0.2, forgets, mayRefuse: isHeavy || forgets },
          WITHIN_MS,
        );
        expect(problems).toEqual([]);
      } finally {
        await hub.close();
      }
    },
  );
});
