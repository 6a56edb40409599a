import type { ComponentChildren } from 'preact';

interface Props {
  readonly label: string;
  readonly children: ComponentChildren;
  /** A second line. */
  readonly note?: ComponentChildren;
  readonly kind?: 'good' | 'warn' | 'bad' | undefined;
}

/** One figure with its name; for use in `Stats`. */
export function Stat({ label, children, note, kind }: Props) {
  return (
    <div class="stat">
      <dt>{label}</dt>
      <dd>
        <span class={`figure ${kind ?? ''}`}>{children}</span>
        {note !== undefined && <span class="muted small">{note}</span>}
      </dd>
    </div>
  );
}

/** A row of figures. */
export function Stats({ children }: { readonly children: ComponentChildren }) {
  return <dl class="stats">{children}</dl>;
}
