import './look.css';
import type { TokenVerdict } from '@ws-hub/console-api';
import { useState } from 'preact/hooks';
import { post } from '../api.js';
import { Field } from '../parts/field.js';
import { dateTime } from '../parts/formats.js';
import { Name } from '../parts/name.js';
import { Notice } from '../parts/notice.js';
import { Table } from '../parts/table.js';

type Check = TokenVerdict['checks'][number];

const CHECKS = [
  { title: 'Check', cell: ({ name }: Check) => name },
  {
    title: 'Result',
    cell: ({ fault }: Check) => <span class={fault === undefined ? 'good' : 'bad'}>{fault ?? 'passed'}</span>,
  },
];

/** Judges a token as the hub would, and keeps it nowhere. */
export function Token() {
  const [token, setToken] = useState('');
  const [verdict, setVerdict] = useState<TokenVerdict>();
  const [problem, setProblem] = useState<string>();
  const check = async (event: Event) => {
    event.preventDefault();
    setVerdict(undefined);
    setProblem(undefined);
    try {
      setVerdict(await post<TokenVerdict>('/token', { token: token.trim() }));
      setToken('');
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <>
      <form class="stack" onSubmit={check}>
        <Field
          label="Token"
          problem={problem}
          hint="The hub checks it as it does at a connection, and stores it nowhere. The field is cleared afterwards."
        >
          {(field) => (
            <textarea
              {...field}
              class="mono"
              rows={5}
              spellcheck={false}
              autocomplete="off"
              value={token}
              onInput={({ currentTarget }) => setToken(currentTarget.value)}
            />
          )}
        </Field>
        <div>
          <button type="submit" class="primary" disabled={token.trim() === ''}>
            Check
          </button>
        </div>
      </form>
      <div role="status" class="stack">
        {verdict !== undefined && <Verdict verdict={verdict} />}
      </div>
    </>
  );
}

const WORDS = {
  valid: 'The hub accepts this token.',
  invalid: 'The hub refuses this token.',
  unknown: 'The hub cannot tell at the moment.',
};
const KINDS = { valid: 'good', invalid: 'bad', unknown: 'warn' } as const;

function Verdict({
  verdict: { result, reason, user, rights, expiresAt, checks },
}: {
  readonly verdict: TokenVerdict;
}) {
  return (
    <>
      <Notice kind={KINDS[result]}>
        {WORDS[result]} {reason}
      </Notice>
      <p>
        User: {user === undefined ? <span class="muted">none</span> : <Name isWhole>{user}</Name>}
        <br />
        {expiresAt === undefined ? 'It does not expire.' : `Expires at ${dateTime(expiresAt)}.`}
      </p>
      <section aria-labelledby="rights">
        <h2 id="rights">Rights</h2>
        {rights.length === 0 ? <p class="muted">None.</p> : <List of={rights} />}
      </section>
      <Table
        caption="Checks"
        columns={CHECKS}
        rows={checks}
        keyOf={({ name }) => name}
        empty="There were no checks."
      />
    </>
  );
}

function List({ of }: { readonly of: readonly string[] }) {
  return (
    <ul class="plain">
      {of.map((text) => (
        <li key={text} class="mono">
          <bdi>{text}</bdi>
        </li>
      ))}
    </ul>
  );
}
