import { useEffect, useState } from 'preact/hooks';
import { Pane } from '../try/pane.js';
import { socketUrl } from '../try/pane-client.js';
import { PaneModel } from '../try/pane-model.js';
import { Scene } from './scene.js';
import { SceneSettings } from './scene-settings.js';
import { plainSnippet, v1Snippet } from './snippets.js';

const DIALECTS = ['hub.v1', 'plain'] as const;

/** Two clients of this hub that talk to each other. */
export function Playground() {
  const [scene] = useState(newScene);
  useEffect(() => {
    scene.start();
    return () => scene.end();
  }, [scene]);
  const { alice, bob } = scene;
  const url = socketUrl(alice.settings);
  return (
    <main class="playground">
      <header>
        <h1>ws-hub playground</h1>
        <p>
          Alice and Bob are two clients of this hub, each with its own WebSocket. What one sends, the other
          receives. Cut a connection: for five seconds that client is offline while the other keeps talking.
        </p>
        <p>
          <b>hub.v1</b> reconnects with <code>since</code>, gets a welcome with <code>recovered: true</code>,
          and receives everything it missed, once and in order. <b>plain</b> is a bare WebSocket: it loses
          what is sent meanwhile. Change the dialect of either client and cut again.
        </p>
      </header>
      <div class="try-panes">
        {[alice, bob].map((model) => (
          <Pane key={model.name} model={model} dialects={DIALECTS} onCut={() => scene.cut(model)} />
        ))}
      </div>
      <SceneSettings models={[alice, bob]} />
      <h2>The same in your own page</h2>
      <div class="playground-code">
        <Snippet title="hub.v1, with the client library" code={v1Snippet(url)} />
        <Snippet title="plain, without a library" code={plainSnippet(url)} />
      </div>
    </main>
  );
}

function Snippet({ title, code }: { readonly title: string; readonly code: string }) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be in reach of the keyboard */}
      <pre class="try-snippet" tabIndex={0}>
        <code>{code}</code>
      </pre>
    </section>
  );
}

/** Each page has its own channel, so that visitors do not disturb each other. */
function newScene(): Scene {
  const base = new URL('.', location.href).href;
  const channel = `playground.${crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36)}`;
  const settings = { base, channel, token: '', dialect: 'hub.v1' } as const;
  return new Scene(new PaneModel('Alice', settings), new PaneModel('Bob', settings));
}
