import { useEffect, useRef, useState } from 'preact/hooks';
import { type ApiError, post } from './api.js';
import { Field } from './parts/field.js';
import { Notice } from './parts/notice.js';

/** Asks for the password of the console; `onOpen` is called once there is a session. */
export function Login({ onOpen }: { readonly onOpen: () => Promise<void> }) {
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = 'Sign in · ws-hub console';
    input.current?.focus();
  }, []);
  const signIn = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    await post('/session', { password })
      .then(onOpen)
      .catch((error: ApiError) => setProblem(inWords(error)));
    setBusy(false);
  };
  return (
    <main class="alone">
      <h1>ws-hub console</h1>
      <form class="stack" onSubmit={signIn}>
        <Field label="Password" hint="The one that ws-hub password was given.">
          {(field) => (
            <input
              {...field}
              type="password"
              autocomplete="current-password"
              required
              ref={input}
              value={password}
              onInput={(event) => setPassword(event.currentTarget.value)}
            />
          )}
        </Field>
        {problem !== undefined && (
          <Notice kind="bad" isUrgent>
            {problem}
          </Notice>
        )}
        <button type="submit" class="primary" disabled={isBusy}>
          {isBusy ? 'Signing in…' : 'Sign in'}
        </button>
      </form>
    </main>
  );
}

function inWords({ status, message }: ApiError): string {
  return status === 401 ? 'Wrong password.' : message;
}
