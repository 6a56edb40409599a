import { useState } from 'preact/hooks';
import { ConnectionForm } from '../try/connection-form.js';
import type { PaneModel } from '../try/pane-model.js';

/** Use another channel or a token for a hub that asks for one. */
export function SceneSettings({ models }: { readonly models: readonly PaneModel[] }) {
  const [{ channel, token }] = useState(() => (models[0] as PaneModel).settings);
  return (
    <details>
      <summary>Use another channel or a token</summary>
      <ConnectionForm
        channel={channel}
        token={token}
        onConnect={(settings) => {
          for (const model of models) {
            model.connect(settings);
          }
        }}
      />
    </details>
  );
}
