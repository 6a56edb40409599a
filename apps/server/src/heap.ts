import { setFlagsFromString } from 'node:v8';

/**
 * So much may be added to what is in use, in percent of it, before V8 collects the old generation. By itself it lets the
 * heap of a busy process grow to four times what is in use, so that a flood of short messages costs 150 MB which nobody
 * needs; containers have limits.
 */
const HEAP_GROWING_PERCENT = 100;
const FLAG = '--heap-growing-percent';

/** Keeps the memory of this process near what it uses, unless whoever started Node has said otherwise. */
export function keepHeapSmall(): void {
  const given = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' ').replaceAll('_', '-');
  if (!given.includes(FLAG)) setFlagsFromString(`${FLAG}=${HEAP_GROWING_PERCENT}`);
}
