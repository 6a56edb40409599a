import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Notice } from '../parts/notice.js';

/** The client library is a third of the console, so it is loaded with this page and not before. */
export function Try() {
  const [loaded, setLoaded] = useState<{ readonly Panes: ComponentType }>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    import('./try-panes.js').then(
      ({ TryPanes }) => setLoaded({ Panes: TryPanes }),
      (error: Error) => setProblem(error.message),
    );
  }, []);
  if (problem !== undefined) return <Notice kind="bad">This page could not be loaded: {problem}</Notice>;
  return loaded === undefined ? <p class="muted">Loading…</p> : <loaded.Panes />;
}
