import type { PinoLogger } from 'nestjs-pino';

/**
 * Handles uncaught exceptions and unhandled rejections: logs a line with the stack,
 * drains, and exits with code 1. The state of the process is unknown from then on, so a second one ends it at once.
 *
 * @param drain disconnects the clients and closes everything
 * @param timeoutMs how long that may take
 */
export function endAtCrash(
  logger: Pick<PinoLogger, 'fatal'>,
  drain: () => Promise<void>,
  timeoutMs: number,
): void {
  const end = () => process.exit(1);
  let crashed = false;
  // Unhandled rejections arrive here too, as Node does by default.
  process.on('uncaughtException', (error: unknown) => {
    if (crashed) end();
    crashed = true;
    setTimeout(end, timeoutMs);
    const err = error instanceof Error ? error : new Error(String(error));
    logger.fatal({ event: 'crash', err }, 'a bug in the hub: draining, then exiting');
    drain().then(end, end);
  });
}
