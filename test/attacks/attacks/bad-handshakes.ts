import { setTimeout as wait } from 'node:timers/promises';
import type { Attack } from '../attack.js';
import { within } from '../load.js';
import { present } from '../presented.js';
import { badToken, TOKENS_ARE_OPTIONAL } from '../tokens.js';

const SECONDS = { short: 1, long: 10 };
const MAX_LOOP_P99_MS = 50;
const PER_SECOND = 10_000;
const UNDER_WAY = 500;
const TICK_MS = 2;
/** Each has ports of its own. */
const ADDRESSES = 100;
/** One in so many does not disconnect by itself. */
const LINGERING = 8;
const UNKNOWN_KEY = 2;
const ASKING_MS = 500;
const PATIENCE_MS = 10_000;
const REFUSALS = new Set([401, 503, 4401, 4410]);

export const badHandshakes: Attack = {
  finding: '–',
  name: `${PER_SECOND.toLocaleString('en')} handshakes a second with bad tokens of all kinds; the key set is slow`,
  env: TOKENS_ARE_OPTIONAL,
  hasKeySet: true,
  maxLoopP99Ms: MAX_LOOP_P99_MS,
  async run({ port, long, begin, note }) {
    if (long) await untilKeySetIsAsked(port);
    await begin();
    const seconds = long ? SECONDS.long : SECONDS.short;
    const outcomes = await handshakes(port, performance.now() + seconds * 1_000);
    const sum = [...outcomes.values()].reduce((all, count) => all + count, 0);
    note(`${Math.round(sum / seconds)} handshakes/s`);
    const admitted = [...outcomes].filter(([outcome]) => outcome !== 0 && !REFUSALS.has(outcome));
    return admitted.map(([outcome, count]) => `${count} ended with ${outcome}`);
  },
};

/** At a fixed rate, as far as the hub keeps up. @returns how often each outcome occurred */
async function handshakes(port: number, endMs: number): Promise<Map<number, number>> {
  const outcomes = new Map<number, number>();
  const startMs = performance.now();
  const open = new Set<Promise<void>>();
  let begun = 0;
  await new Promise<void>((resolve) => {
    const ticking = setInterval(() => {
      const nowMs = performance.now();
      const due = ((Math.min(nowMs, endMs) - startMs) * PER_SECOND) / 1_000;
      for (; begun < due && open.size < UNDER_WAY; begun++) {
        const one = handshake(port, begun).then((outcome) => {
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
          open.delete(one);
        });
        open.add(one);
      }
      // Missed handshakes are not made up for.
      begun = Math.max(begun, Math.floor(due));
      if (nowMs < endMs) return;
      clearInterval(ticking);
      resolve();
    }, TICK_MS);
  });
  await within(PATIENCE_MS, Promise.all(open));
  return outcomes;
}

function handshake(port: number, at: number): Promise<number> {
  return present(port, {
    token: badToken(at),
    isPage: at % 3 === 0,
    lingers: at % LINGERING === 0,
    localAddress: `127.0.1.${1 + (at % ADDRESSES)}`,
  });
}

/** An unknown key makes the hub fetch the key set once in half a minute; from then on tokens wait. */
async function untilKeySetIsAsked(port: number): Promise<void> {
  for (;;) {
    const answer = await within(ASKING_MS, handshake(port, UNKNOWN_KEY));
    if (answer === undefined) return;
    await wait(ASKING_MS);
  }
}
