import { useCallback, useEffect, useState } from 'preact/hooks';
import type { Params } from './api.js';
import { hrefOf, type Place, placeIn } from './place.js';

/** Where the console is now; it changes with the address, so the buttons of the browser work. */
export function usePlace(): Place {
  const [place, setPlace] = useState(() => placeIn(location.hash));
  useEffect(() => {
    const onChange = () => setPlace(placeIn(location.hash));
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  }, []);
  return place;
}

/** What the page was asked to show, and how to ask it for something else: what is not named stays, undefined takes away. */
export function useParams(): readonly [Place['params'], (change: Params) => void] {
  const { path, params } = usePlace();
  const change = useCallback(
    (wanted: Params) => {
      location.hash = hrefOf(path, { ...params, ...wanted });
    },
    [path, params],
  );
  return [params, change];
}
