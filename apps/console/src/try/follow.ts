import { useLayoutEffect, useRef } from 'preact/hooks';

/** How far from its end a list may be scrolled and still follow new lines, in pixels. */
const NEAR_PX = 40;

/** Keeps a growing list scrolled to its end, unless the user has scrolled up. */
export function useFollow<Item>(items: readonly Item[]) {
  const list = useRef<HTMLOListElement>(null);
  const isNear = useRef(true);
  useLayoutEffect(() => {
    const { current } = list;
    if (current !== null && isNear.current) current.scrollTop = current.scrollHeight;
  }, [items]);
  const onScroll = () => {
    const { current } = list;
    if (current === null) return;
    isNear.current = current.scrollHeight - current.scrollTop - current.clientHeight < NEAR_PX;
  };
  return { list, onScroll };
}
