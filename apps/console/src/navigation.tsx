import { useEffect, useState } from 'preact/hooks';
import { PAGES } from './pages.js';
import { hrefOf } from './place.js';
import { useSetup } from './setup.js';

interface Props {
  readonly path: string;
  readonly onSignOut: (() => void) | undefined;
}

/** The list of pages; on a narrow screen behind a button. */
export function Navigation({ path, onSignOut }: Props) {
  const [isOpen, setOpen] = useState(false);
  // whatever the path became, the choice was made.
  useEffect(() => setOpen(false), [path]);
  useEffect(() => {
    const closeOnEscape = ({ key }: KeyboardEvent) => key === 'Escape' && setOpen(false);
    document.addEventListener('keydown', closeOnEscape);
    return () => document.removeEventListener('keydown', closeOnEscape);
  }, []);
  return (
    <header class="side">
      <Brand />
      <button
        type="button"
        class="menu"
        aria-expanded={isOpen}
        aria-controls="menu"
        onClick={() => setOpen(!isOpen)}
      >
        Menu
      </button>
      <div id="menu" class={isOpen ? 'open' : 'closed'}>
        <Pages path={path} />
        <About onSignOut={onSignOut} />
      </div>
    </header>
  );
}

function Brand() {
  return (
    <p class="brand">
      <strong>ws-hub</strong> <span class="mono muted">{useSetup().hub}</span>
    </p>
  );
}

function Pages({ path }: { readonly path: string }) {
  return (
    <nav aria-label="Pages">
      {PAGES.map(({ name, pages }) => (
        <div key={name}>
          <p class="group">{name}</p>
          <ul>
            {pages.map((page) => (
              <li key={page.path}>
                <a href={hrefOf(page.path)} aria-current={page.path === path ? 'page' : undefined}>
                  {page.title}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

function About({ onSignOut }: { readonly onSignOut: (() => void) | undefined }) {
  const { version, engine, auth, port, isReadonly } = useSetup();
  return (
    <div class="about">
      <dl>
        <dt>Version</dt>
        <dd>{version}</dd>
        <dt>Log</dt>
        <dd>{engine === 'nats' ? 'NATS JetStream' : 'memory'}</dd>
        <dt>Auth</dt>
        <dd>{auth}</dd>
        <dt>Port</dt>
        <dd>{port}</dd>
        <dt>Console</dt>
        <dd>{isReadonly ? 'read-only' : 'read-write'}</dd>
      </dl>
      {onSignOut !== undefined && (
        <button type="button" onClick={onSignOut}>
          Sign out
        </button>
      )}
    </div>
  );
}
