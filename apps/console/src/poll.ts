import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { Polling } from './polling.js';

/** How often a page asks for its figures. */
export const POLL_MS = 2000;

export interface Polled<T> {
  /** The newest answer; it stays when a later question fails. */
  readonly value: T | undefined;
  /** Why the last question was not answered. */
  readonly error: Error | undefined;
  /** When `value` came, Unix milliseconds. */
  readonly at: number | undefined;
  /** Asks now. */
  again(): void;
}

type State<T> = Omit<Polled<T>, 'again'>;

/**
 * The answer of `load`, requested every `intervalMs` while the page is visible.
 * A change of `deps` requests at once; the old answer stays until the new one arrives.
 */
export function usePolled<T>(
  load: () => Promise<T>,
  intervalMs: number,
  deps: readonly unknown[] = [],
): Polled<T> {
  const [state, setState] = useState<State<T>>({ value: undefined, error: undefined, at: undefined });
  const polling = useRef<Polling<T> | undefined>(undefined);
  // `load` is new in each rendering; what it depends on is named by the caller.
  useEffect(() => {
    const own = new Polling<T>({
      intervalMs,
      load,
      later,
      onValue: (value) => setState({ value, error: undefined, at: Date.now() }),
      onError: (error) => setState((old) => ({ ...old, error })),
    });
    polling.current = own;
    const onVisibility = () => (document.hidden ? own.stop() : own.start());
    onVisibility();
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      own.stop();
    };
  }, [intervalMs, ...deps]);
  const again = useCallback(() => polling.current?.again(), []);
  return { ...state, again };
}

function later(run: () => void, delayMs: number): () => void {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
}
