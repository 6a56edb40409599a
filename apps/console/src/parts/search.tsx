import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Field } from './field.js';

interface Props {
  readonly label: string;
  /** What is searched for now. */
  readonly text: string;
  readonly onSearch: (text: string) => void;
  /** More to choose, before the text. */
  readonly children?: ComponentChildren;
}

/** Searches on submit, not with each key: a search may make the hub walk over everything it has. */
export function Search({ label, text, onSearch, children }: Props) {
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  const submit = (event: Event) => {
    event.preventDefault();
    onSearch(typed);
  };
  return (
    <search>
      <form class="row" onSubmit={submit}>
        {children}
        <Field label={label}>
          {(field) => (
            <input
              {...field}
              type="search"
              autocomplete="off"
              spellcheck={false}
              value={typed}
              onInput={(event) => setTyped(event.currentTarget.value)}
            />
          )}
        </Field>
        <button type="submit">Search</button>
        {text !== '' && (
          <button type="button" onClick={() => onSearch('')}>
            Show all
          </button>
        )}
      </form>
    </search>
  );
}
