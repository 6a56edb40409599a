import { setFlagsFromString } from 'node:v8';

/**
 * So much may be added to what is in use, in percent of it, before V8 collects the old generation. By itself it lets the
 * heap of a busy process grow to four times what is in use, so that a flood of short messages costs 150 MB which nobody
 * needs; containers have limits.
 */
const HEAP_GROWING_PERCENT = 100;
const FLAG = '--heap-growing-percent';

/** Keeps the memory of this process near what it uses, unless Node was started with the flag (NODE_OPTIONS does not allow it). */
export function keepHeapSmall(): void {
  if (!process.execArgv.some((flag) => flag.replaceAll('_', '-').startsWith(FLAG)))
    setFlagsFromString(`${FLAG}=${HEAP_GROWING_PERCENT}`);
}
