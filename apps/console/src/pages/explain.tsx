import type { Explanation } from '@ws-hub/console-api';
import { useState } from 'preact/hooks';
import { get } from '../api.js';
import { Field } from '../parts/field.js';
import { Notice } from '../parts/notice.js';
import { usePlace } from '../route.js';
import { useSetup } from '../setup.js';
import { ExplanationView } from './explanation-view.js';

/** What became of a message, for one client or for all. */
export function Explain() {
  const { explainMaxBytes } = useSetup();
  if (explainMaxBytes > 0) return <Question />;
  return (
    <Notice kind="info">
      This hub does not record what becomes of messages. To turn that on, start it with EXPLAIN_MAX_BYTES,
      such as 16777216 (16 MiB).
    </Notice>
  );
}

function Question() {
  const { params } = usePlace();
  const [message, setMessage] = useState(params.message ?? '');
  const [client, setClient] = useState(params.client ?? '');
  const [answer, setAnswer] = useState<Explanation>();
  const [problem, setProblem] = useState<string>();
  const ask = async (event: Event) => {
    event.preventDefault();
    setProblem(undefined);
    try {
      setAnswer(await get<Explanation>('/explain', { message: message.trim(), client: client.trim() }));
    } catch (error) {
      setAnswer(undefined);
      setProblem((error as Error).message);
    }
  };
  return (
    <>
      <form class="row" onSubmit={ask}>
        <Field label="Message id" problem={problem}>
          {(field) => (
            <input
              {...field}
              class="mono"
              size={28}
              required
              value={message}
              onInput={({ currentTarget }) => setMessage(currentTarget.value)}
            />
          )}
        </Field>
        <Field label="Client id, or empty for all">
          {(field) => (
            <input
              {...field}
              class="mono"
              size={28}
              value={client}
              onInput={({ currentTarget }) => setClient(currentTarget.value)}
            />
          )}
        </Field>
        <button type="submit" class="primary">
          Explain
        </button>
      </form>
      <p class="muted small">
        The id is part of each message that hub.v1 and HTTP clients receive, of the acknowledgement, and of
        the live tap.
      </p>
      {answer !== undefined && <ExplanationView key={answer.message.id} explanation={answer} />}
    </>
  );
}
