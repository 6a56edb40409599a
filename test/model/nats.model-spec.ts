import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { NatsLink, NatsServer } from '@ws-hub/testing';
import { describeWithNats } from '../nats.js';
import { startHub } from './hubs.js';
import { Random } from './random.js';
import { play } from './run.js';
import { seeds } from './seeds.js';
import { natsTrouble } from './trouble.js';

const WITHIN_MS = 30_000;
/** Its own memory holds less than what a client may have missed: the rest is read from the stream. */
const SMALL_RING = 20;

describeWithNats('two hubs with their log in NATS', () => {
  let nats: NatsServer;
  beforeAll(async () => {
    nats = await NatsServer.start();
  });
  afterAll(() => nats.end());

  test.each(seeds(4))(
    'keep their promise to all clients, whatever happens to connections and NATS (%s)',
    async (_, seed) => {
      const random = new Random(seed);
      const links = await Promise.all([0, 1].map(() => NatsLink.to(nats.port)));
      const flags = [
        ...['--nats-stream', `seed-${seed}`, '--nats-subject-prefix', `seed-${seed}`],
        ...['--flush-interval-ms', String(random.pick([0, 2, 20]))],
        ...['--ping-interval', '100', '--ping-timeout', '3000', '--append-timeout', '5000'],
      ];
      const env = links.map(({ url }) => ({
        NATS_URL: url,
        HUB_SECRET: 'a secret that both hubs of the model share',
      }));
      const hubs = [
        await startHub('large', flags, env[0]),
        await startHub('small', [...flags, '--log-max-messages', String(SMALL_RING)], env[1]),
      ];
      try {
        const traits = { isHeavy: false, rewinds: 0.4, forgets: false, mayRefuse: true };
        const { problems } = await play(random, hubs, traits, WITHIN_MS, natsTrouble(nats, links));
        expect(problems).toEqual([]);
      } finally {
        await Promise.all(hubs.map((hub) => hub.close()));
        await Promise.all(links.map((link) => link.close()));
      }
    },
  );
});
