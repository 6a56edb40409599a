import type { DestinationStream } from 'pino';
import sonicBoom from 'sonic-boom';

/**
 * Lines for machines, on stdout. They are written asynchronously, and the rest is written before the process exits; a line
 * that is being written then may come after the others, but each has its time. When the reader is gone (EPIPE), lines are
 * dropped: logging is no reason to exit, nor to stay.
 *
 * @param onReaderGone called once, at the first line that cannot be written
 *
 * Not `pino.destination`: its own sonic-boom (4.2) keeps retrying to write the rest at exit when the reader is gone.
 */
export function machineLog(onReaderGone: () => void = () => undefined): DestinationStream {
  const stdout = new sonicBoom.SonicBoom({ fd: 1, sync: false });
  let isGone = false;
  stdout.on('error', () => {
    if (!isGone) onReaderGone();
    isGone = true;
  });
  process.once('exit', () => {
    if (!isGone) writeRest(stdout);
  });
  return { write: (line) => void (isGone || stdout.write(line)) };
}

/** @throws Error, except if the reader is gone */
function writeRest(stdout: sonicBoom.SonicBoom): void {
  try {
    stdout.flushSync();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}
