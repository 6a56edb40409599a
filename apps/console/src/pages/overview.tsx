import type { Overview as Answered, Sample } from '@ws-hub/console-api';
import { useRef } from 'preact/hooks';
import { get } from '../api.js';
import { Answer } from '../parts/answer.js';
import { duration, number, total } from '../parts/formats.js';
import { Stat, Stats } from '../parts/stat.js';
import { POLL_MS, usePolled } from '../poll.js';
import { Charts } from './overview-charts.js';
import { Minutes } from './overview-minutes.js';
import { joined, lastHour, notReadyMs } from './samples.js';

/** Is it well? The state now, and the last hour. */
export function Overview() {
  const known = useRef<readonly Sample[]>([]);
  const polled = usePolled(async () => {
    const answer = await get<Answered>('/overview', { after: known.current.at(-1)?.at });
    known.current = lastHour(joined(known.current, answer.samples));
    return { ...answer, samples: known.current };
  }, POLL_MS);
  return (
    <Answer polled={polled}>
      {(overview) => (
        <>
          <State overview={overview} />
          <Charts samples={overview.samples} />
          <Totals totals={overview.totals} />
          <Minutes samples={overview.samples} />
        </>
      )}
    </Answer>
  );
}

function State({ overview }: { readonly overview: Answered }) {
  const { samples, uptimeMs, isDraining, isLogReady, intervalMs } = overview;
  const now = samples.at(-1);
  const awayMs = notReadyMs(samples, intervalMs);
  return (
    <Stats>
      <Stat label="Hub" kind={isDraining ? 'warn' : 'good'} note={`up ${duration(uptimeMs)}`}>
        {isDraining ? 'draining' : 'running'}
      </Stat>
      <Stat
        label="Log"
        kind={isLogReady ? 'good' : 'bad'}
        note={
          awayMs === 0 ? 'ready all of the last hour' : `unavailable for ${duration(awayMs)} of the last hour`
        }
      >
        {isLogReady ? 'ready' : 'not ready'}
      </Stat>
      <Stat label="Connections" note="on this hub">
        {now ? number(now.connections) : '–'}
      </Stat>
      <Stat label="Messages" note="per second">
        {now ? number(now.messagesPerSecond) : '–'}
      </Stat>
      <Stat label="Deliveries" note="per second">
        {now ? number(now.deliveriesPerSecond) : '–'}
      </Stat>
      <Stat label="Event-loop delay" note="p99">
        {now ? duration(now.eventLoopDelayP99Ms) : '–'}
      </Stat>
    </Stats>
  );
}

/** Totals since the start; those that should stay at zero are highlighted when they do not. */
function Totals({ totals }: { readonly totals: Answered['totals'] }) {
  return (
    <section class="stack tight">
      <h2>Since the start</h2>
      <Stats>
        <Stat label="Messages">{total(totals.messages)}</Stat>
        <Stat label="Deliveries">{total(totals.deliveries)}</Stat>
        <Stat label="Replayed">{total(totals.replayed)}</Stat>
        <Stat label="Duplicates" note="dropped">
          {number(totals.duplicates)}
        </Stat>
        <Fault label="Unavailable" note="rejected: no log" count={totals.unavailable} />
        <Fault label="Slow consumers" note="evicted" count={totals.slowConsumers} />
        <Fault label="Internal errors" note="see the events" count={totals.internalErrors} />
      </Stats>
    </section>
  );
}

function Fault({ label, note, count }: { label: string; note: string; count: number }) {
  return (
    <Stat label={label} note={note} kind={count > 0 ? 'warn' : undefined}>
      {number(count)}
    </Stat>
  );
}
