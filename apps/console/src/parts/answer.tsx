import type { ComponentChildren } from 'preact';
import type { Polled } from '../poll.js';
import { time } from './formats.js';
import { Notice } from './notice.js';

interface Props<T> {
  readonly polled: Polled<T>;
  children(value: T): ComponentChildren;
}

/** The last answer and, above it, why there is none that is newer. */
export function Answer<T>({ polled: { value, error, at }, children }: Props<T>) {
  return (
    <>
      {error !== undefined && (
        <Notice kind="bad">
          {error.message}
          {at !== undefined && ` Shown is what was known at ${time(at)}.`}
        </Notice>
      )}
      {value === undefined ? error === undefined && <p class="muted">Loading…</p> : children(value)}
    </>
  );
}
