import { HubLogger } from './hub-logger.js';

/** For tests of what has nothing to do with lines. */
export class SilentLogger extends HubLogger {
  readonly isDebug = false;

  debug(): void {
    return;
  }

  info(): void {
    return;
  }

  warn(): void {
    return;
  }

  error(): void {
    return;
  }
}
