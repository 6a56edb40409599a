import { useEffect, useState } from 'preact/hooks';
import { Notice } from '../parts/notice.js';
import { useSetup } from '../setup.js';
import { ConnectionForm } from '../try/connection-form.js';
import { Pane } from '../try/pane.js';
import { DIALECT_NAMES, DIALECTS, socketUrl } from '../try/pane-client.js';
import { PaneModel } from '../try/pane-model.js';

/** One client in each dialect, through this page's own origin. */
export function Try() {
  const { hasHttp } = useSetup();
  const [models] = useState(newModels);
  const [{ base, channel, token }, setTarget] = useState((models[0] as PaneModel).settings);
  useEffect(
    () => () => {
      for (const model of models) model.disconnect();
    },
    [models],
  );
  const shown = models.filter(({ settings }) => hasHttp || settings.dialect !== 'sse');
  const connect = (settings: { readonly channel: string; readonly token: string }) => {
    setTarget({ ...shown[0]?.settings, ...settings } as (typeof models)[0]['settings']);
    for (const model of shown) {
      model.connect(settings);
    }
  };
  return (
    <>
      <p class="muted">
        Real clients of this hub, connected through the console's port: what they send is delivered on the
        channel. Their URL is <span class="mono">{socketUrl({ base, channel })}</span>.
      </p>
      <ConnectionForm channel={channel} token={token} onConnect={connect} />
      {!hasHttp && (
        <Notice kind="info">
          HTTP and SSE are off. API keys (API_KEYS_FILE) or tokens (JWT_SECRET_FILE, JWT_JWKS_URL) turn them
          on.
        </Notice>
      )}
      <div class="try-panes">
        {shown.map((model) => (
          <Pane key={model.name} model={model} dialects={[model.settings.dialect]} />
        ))}
      </div>
    </>
  );
}

function newModels(): PaneModel[] {
  const base = new URL('.', location.href).href;
  return DIALECTS.map(
    (dialect) => new PaneModel(DIALECT_NAMES[dialect], { base, dialect, channel: 'main', token: '' }),
  );
}
