import { visible } from './formats.js';

interface Props {
  readonly children: string;
  /** Where more about it is. */
  readonly href?: string | undefined;
  /** Whether all of it is shown, over several lines if need be. */
  readonly isWhole?: boolean;
}

/** A name chosen by a client: shown as text, truncated, and with its own writing direction. */
export function Name({ children, href, isWhole = false }: Props) {
  const name = (
    <bdi class={isWhole ? 'name whole' : 'name'} title={isWhole ? undefined : visible(children)}>
      {visible(children)}
    </bdi>
  );
  return href === undefined ? name : <a href={href}>{name}</a>;
}
