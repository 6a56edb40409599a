import { useEffect, useReducer } from 'preact/hooks';
import type { Changes } from './changes.js';

/** Messages may come by the thousand: what is shown follows ten times a second. */
const SHOW_MS = 100;

/** Renders the component again after a change. */
export function useChanges(changes: Changes): void {
  const [, render] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = () => {
      timer = undefined;
      render(undefined);
    };
    const end = changes.on(() => {
      timer ??= setTimeout(show, SHOW_MS);
    });
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [changes]);
}
