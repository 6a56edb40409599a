import type { Leaving } from '../leaving.js';
import type { Notices } from '../notices.js';
import type { Printer } from './printer.js';

/** What all listeners share. */
export interface Desk {
  readonly printer: Printer;
  readonly notices: Notices;
  readonly leaving: Leaving;
}
