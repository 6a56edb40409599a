import { useState } from 'preact/hooks';
import { Field } from '../parts/field.js';

interface ConnectionFormProps {
  readonly channel: string;
  readonly token: string;
  readonly onConnect: (settings: { readonly channel: string; readonly token: string }) => void;
}

/** Where the panes connect. */
export function ConnectionForm({ onConnect, ...at }: ConnectionFormProps) {
  const [channel, setChannel] = useState(at.channel);
  const [token, setToken] = useState(at.token);
  const connect = (event: Event) => {
    event.preventDefault();
    onConnect({ channel, token: token.trim() });
  };
  return (
    <form class="row" onSubmit={connect}>
      <Field label="Channel">
        {(field) => (
          <input
            {...field}
            value={channel}
            onInput={({ currentTarget }) => setChannel(currentTarget.value)}
          />
        )}
      </Field>
      <Field label="Token, if the hub requires one">
        {(field) => (
          <input
            {...field}
            type="password"
            autocomplete="off"
            value={token}
            onInput={({ currentTarget }) => setToken(currentTarget.value)}
          />
        )}
      </Field>
      <button type="submit">Connect</button>
    </form>
  );
}
