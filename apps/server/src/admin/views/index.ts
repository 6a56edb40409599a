import type { Provider } from '@nestjs/common';
import { CONSOLE_VIEWS, type ConsoleView } from '../console-route.js';

/** What the console shows, and where each of it comes from. */
export const viewProviders: readonly Provider[] = [
  { provide: CONSOLE_VIEWS, useFactory: (...views: ConsoleView[]) => views, inject: [] },
];
