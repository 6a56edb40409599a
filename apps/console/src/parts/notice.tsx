import type { ComponentChildren } from 'preact';

interface Props {
  readonly kind: 'info' | 'good' | 'warn' | 'bad';
  /** Whether a screen reader announces it at once, because an action failed. */
  readonly isUrgent?: boolean;
  readonly children: ComponentChildren;
}

const WORDS = { info: 'Note', good: 'Done', warn: 'Attention', bad: 'Problem' } as const;

/** A sentence that must not be overlooked; its kind is a word, not only a colour. */
export function Notice({ kind, isUrgent = false, children }: Props) {
  return (
    <div class={`notice ${kind}`} role={isUrgent ? 'alert' : undefined}>
      <strong>{WORDS[kind]}</strong> <span>{children}</span>
    </div>
  );
}
