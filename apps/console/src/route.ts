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

/** The parameters of the page, and a function to change them: those not named stay, undefined removes one. */
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
