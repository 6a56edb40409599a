import type { Provider, Type } from '@nestjs/common';
import { GATEWAY_OPTIONS } from '../gateway/gateway-options.js';
import { ApiKeys } from '../keys/api-keys.js';
import { HttpCallers } from './http-callers.js';
import { HTTP_OPTIONS } from './http-options.js';

/** What the routes need besides the hub. */
export const httpProviders: readonly Provider[] = [
  { provide: HTTP_OPTIONS, useExisting: GATEWAY_OPTIONS },
  ApiKeys,
  HttpCallers,
];

/** The routes below `/v1`; the one for unknown paths is the last. */
export const httpControllers: readonly Type[] = [];
