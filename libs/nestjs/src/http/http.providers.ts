import type { Provider, Type } from '@nestjs/common';
import { GATEWAY_OPTIONS } from '../gateway/gateway-options.js';
import { ApiKeys } from '../keys/api-keys.js';
import { EventsController } from '../sse/events.controller.js';
import { KeyedStreams } from '../sse/keyed-streams.js';
import { ProvenPositions } from '../sse/proven-positions.js';
import { SseGateway } from '../sse/sse.gateway.js';
import { AdminController } from './admin.controller.js';
import { ChannelsController } from './channels.controller.js';
import { Cors } from './cors.js';
import { HistoryController } from './history.controller.js';
import { HttpBases } from './http-bases.js';
import { HttpCallers } from './http-callers.js';
import { HttpGate } from './http-gate.js';
import { HTTP_OPTIONS } from './http-options.js';
import { HttpPublishing } from './http-publishing.js';
import { HttpRates } from './http-rates.js';
import { HttpRequests } from './http-requests.js';
import { HttpWork } from './http-work.js';
import { InfoController } from './info.controller.js';
import { MessagesController } from './messages.controller.js';
import { ProblemFilter } from './problem.filter.js';
import { UnknownPaths } from './unknown-paths.js';

/** What the routes need besides the hub. */
export const httpProviders: readonly Provider[] = [
  { provide: HTTP_OPTIONS, useExisting: GATEWAY_OPTIONS },
  ApiKeys,
  HttpCallers,
  Cors,
  HttpRates,
  HttpGate,
  HttpWork,
  HttpRequests,
  HttpPublishing,
  ProblemFilter,
  ProvenPositions,
  KeyedStreams,
  SseGateway,
];

/** The routes below `/v1`. */
export const httpControllers: readonly Type[] = [
  MessagesController,
  HistoryController,
  ChannelsController,
  InfoController,
  AdminController,
  EventsController,
];

/** Answers everything else below `/v1`. */
export const httpFallback: readonly Provider[] = [HttpBases, UnknownPaths];
