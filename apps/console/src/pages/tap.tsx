import type { TapStarted } from '@ws-hub/console-api';
import { CHANNEL_RULE, isChannelName } from '@ws-hub/protocol';
import { useState } from 'preact/hooks';
import { post } from '../api.js';
import { Field } from '../parts/field.js';
import { Notice } from '../parts/notice.js';
import { usePlace } from '../route.js';
import { TapView } from './tap-view.js';

interface Running {
  readonly channel: string;
  readonly tap: TapStarted;
}

/** Observes the messages of one channel, for a limited time. */
export function Tap() {
  const { params } = usePlace();
  const [channel, setChannel] = useState(params.channel ?? 'main');
  const [running, setRunning] = useState<Running>();
  const [problem, setProblem] = useState<string>();
  const start = async (event: Event) => {
    event.preventDefault();
    setRunning(undefined);
    setProblem(isChannelName(channel) ? undefined : `A channel is ${CHANNEL_RULE}.`);
    if (!isChannelName(channel)) return;
    try {
      setRunning({ channel, tap: await post<TapStarted>('/tap', { channel }) });
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <>
      <p class="muted">
        Shows the messages of one channel as they are published, on this hub and on others that share its log.
        A busy channel is sampled, and the tap ends by itself. Clients of the channel do not notice it.
      </p>
      <form class="row" onSubmit={start}>
        <Field label="Channel" problem={problem}>
          {(field) => (
            <input
              {...field}
              value={channel}
              onInput={({ currentTarget }) => setChannel(currentTarget.value)}
            />
          )}
        </Field>
        <button type="submit" class="primary">
          Start
        </button>
      </form>
      {running === undefined ? (
        <Notice kind="info">No tap is running.</Notice>
      ) : (
        <TapView key={running.tap.id} {...running} />
      )}
    </>
  );
}
