import { useEffect, useRef, useState } from 'preact/hooks';
import { del } from './api.js';
import { Navigation } from './navigation.js';
import { pageAt } from './pages.js';
import { Notice } from './parts/notice.js';
import { hrefOf } from './place.js';
import { usePlace } from './route.js';
import { useSetup } from './setup.js';

/** The frame around each page. `onLeave` is set if there is a session to end. */
export function Shell({ onLeave }: { readonly onLeave: (() => void) | undefined }) {
  const { path } = usePlace();
  const page = pageAt(path);
  const title = page?.title ?? 'No such page';
  const heading = useHeading(path, title);
  const [problem, setProblem] = useState<string>();
  const signOut =
    onLeave && (() => void del('/session').then(onLeave, (error: Error) => setProblem(error.message)));
  return (
    <div class="shell">
      <SkipLink onSkip={() => heading.current?.focus()} />
      <Navigation path={path} onSignOut={signOut} />
      <main>
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {problem !== undefined && (
          <Notice kind="bad" isUrgent>
            Not signed out. {problem}
          </Notice>
        )}
        {page === undefined ? (
          <Notice kind="warn">
            There is no page at {path}. <a href={hrefOf('/')}>Go to the overview.</a>
          </Notice>
        ) : (
          <page.component key={path} />
        )}
      </main>
    </div>
  );
}

/** A link to a heading would be read as the address of a page. */
function SkipLink({ onSkip }: { readonly onSkip: () => void }) {
  return (
    <button type="button" class="skip" onClick={onSkip}>
      Skip to the page
    </button>
  );
}

/** Names the tab, and moves the focus to the heading when another page is shown, so that a screen reader notices. */
function useHeading(path: string, title: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(path);
  const { hub } = useSetup();
  useEffect(() => {
    document.title = `${title} · ${hub} · ws-hub`;
    if (shown.current !== path) heading.current?.focus();
    shown.current = path;
  }, [path, title, hub]);
  return heading;
}
