import { type SessionState, type Setup } from '@ws-hub/console-api';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { get, session } from './api.js';
import { Login } from './login.js';
import { Notice } from './parts/notice.js';
import { POLL_MS } from './poll.js';
import { SetupContext } from './setup.js';
import { Shell } from './shell.js';

/** Asks whether there is a session, then shows the login or the pages. */
export function App() {
  const { state, setup, error, enter, leave } = useSession();
  if (state !== undefined && !state.isOpen) return <Login onOpen={enter} />;
  if (state === undefined || setup === undefined) return <Waiting error={error} />;
  return (
    <SetupContext.Provider value={setup}>
      <Shell onLeave={state.needsPassword ? leave : undefined} />
    </SetupContext.Provider>
  );
}

function useSession() {
  const [state, setState] = useState<SessionState>();
  const [setup, setSetup] = useState<Setup>();
  const [error, setError] = useState<Error>();
  const enter = useCallback(async () => {
    const found = await get<SessionState>('/session');
    if (found.isOpen) setSetup(await get<Setup>('/setup'));
    setState(found);
    setError(undefined);
  }, []);
  const leave = useCallback(() => setState({ needsPassword: true, isOpen: false }), []);
  useEffect(() => {
    session.addEventListener('lost', leave);
    return () => session.removeEventListener('lost', leave);
  }, [leave]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const attempt = () =>
      enter().catch((reason: Error) => {
        setError(reason);
        timer = setTimeout(attempt, POLL_MS);
      });
    void attempt();
    return () => clearTimeout(timer);
  }, [enter]);
  return { state, setup, error, enter, leave };
}

function Waiting({ error }: { readonly error: Error | undefined }) {
  return (
    <main class="alone">
      <h1>ws-hub console</h1>
      {error === undefined ? (
        <p class="muted">Connecting…</p>
      ) : (
        <Notice kind="bad">{error.message} The console keeps trying.</Notice>
      )}
    </main>
  );
}
