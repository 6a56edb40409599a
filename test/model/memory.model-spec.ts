import { describe, expect, test } from '@jest/globals';
import { Call } from './call.js';
import { end } from './end.js';
import { startHub } from './hubs.js';
import { judge } from './judge.js';
import { Random } from './random.js';
import { play } from './run.js';
import { seeds } from './seeds.js';
import { CHANNELS, World } from './world.js';

const WITHIN_MS = 10_000;
/** Fewer messages than in a run, so that there are gaps, and replays that the log overtakes. */
const SMALL_LOG = 100;

describe('one hub with its log in memory', () => {
  test.each(seeds(16))(
    'keeps its promise to all clients, whatever happens to their connections (%s)',
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

  test('does not seem to lose acks that are in flight to a client without channels', async () => {
    const hub = await startHub('hub', []);
    const world = new World([hub], { isHeavy: false, rewinds: 0, forgets: false, mayRefuse: false });
    try {
      const witness = await Call.open('witness', hub, { type: 'hello', channels: CHANNELS });
      const stalled = await Call.open('alice', hub, { type: 'hello', channels: [] });
      const speaking = await Call.open('alice', hub, {
        type: 'hello',
        session: stalled.welcome?.session,
        channels: CHANNELS,
      });
      world.calls.push(witness, stalled, speaking);
      stalled.line.stall(300);
      world.says('alice/0');
      speaking.say({ type: 'publish', key: 'alice/0', channel: 'a', content: 'alice/0' });
      await end(world, witness);
      expect(judge(world, witness, ['alice'])).toEqual([]);
    } finally {
      for (const { line } of world.calls) line.break();
      await hub.close();
    }
  });
});
