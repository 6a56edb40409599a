import { setFlagsFromString } from 'node:v8';

/**
 * How far the heap may grow beyond what is in use, in percent, before V8 collects the old generation. By default V8 lets
 * the heap of a busy process grow to four times what is in use, so a flood of short messages would cost 150 MB for
 * nothing, and containers have limits.
 */
const HEAP_GROWING_PERCENT = 100;
const FLAG = '--heap-growing-percent';

/** Keeps the memory of this process near what it uses, unless Node was started with the flag (NODE_OPTIONS does not allow it). */
export function keepHeapSmall(): void {
  if (!process.execArgv.some((flag) => flag.replaceAll('_', '-').startsWith(FLAG)))
    setFlagsFromString(`${FLAG}=${HEAP_GROWING_PERCENT}`);
}
