import type { Provider } from '@nestjs/common';
import { HubLogger } from '@ws-hub/nestjs';
import type { PinoHubLogger } from '../../standalone/pino-hub-logger.js';
import { CONSOLE_VIEWS, type ConsoleView } from '../console-route.js';
import { HubName } from '../hub-name.js';
import { ChannelsView } from './channels.view.js';
import { ClientRows } from './client-rows.js';
import { ClientsView } from './clients.view.js';
import { EventsView } from './events.view.js';
import { ExplainView } from './explain.view.js';
import { HubsView } from './hubs.view.js';
import { OverviewView } from './overview.view.js';
import { Sampler } from './sampler.js';
import { SetupView } from './setup.view.js';
import { SlowView } from './slow.view.js';
import { TapView } from './tap.view.js';
import { TokenView } from './token.view.js';
import { Walks } from './walks.js';

/** One for each page. */
const VIEWS = [
  SetupView,
  OverviewView,
  HubsView,
  ChannelsView,
  ClientsView,
  SlowView,
  EventsView,
  TapView,
  TokenView,
  ExplainView,
];

/** The server's own logger, set in `AppModule`, keeps its recent lines. */
const events: Provider = {
  provide: EventsView,
  inject: [HubLogger],
  useFactory: ({ recent }: PinoHubLogger) => new EventsView(recent),
};

/** What the console shows, and where each of it comes from. */
export const viewProviders: readonly Provider[] = [
  HubName,
  Sampler,
  Walks,
  ClientRows,
  ...VIEWS.filter((view) => view !== EventsView),
  events,
  { provide: CONSOLE_VIEWS, useFactory: (...views: ConsoleView[]) => views, inject: VIEWS },
];
