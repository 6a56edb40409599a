import { All, Controller, HttpCode, Req, Res, UseFilters, UseGuards, VERSION_NEUTRAL } from '@nestjs/common';
import { Cors } from './cors.js';
import { HttpGuard } from './http.guard.js';
import { HTTP_PATH } from './http-options.js';
import { notThere, routesAt } from './http-routes.js';
import { type PlatformRequest, rawRequestOf, rawResponseOf } from './platform.js';
import { ProblemFilter } from './problem.filter.js';

/** Platforms have no wildcard in common. A path of more segments gets the 404 of the application. */
const MAX_SEGMENTS = 8;
const NAMES = Array.from({ length: MAX_SEGMENTS }, (_, at) => `part${at + 1}`);
const PATHS = [
  '',
  ...NAMES.map((_, at) =>
    NAMES.slice(0, at + 1)
      .map((name) => `:${name}`)
      .join('/'),
  ),
];

/** What no other route below `/v1` takes: the preflights of pages, paths that are not there, and methods that a path has not. */
@Controller({ path: HTTP_PATH, version: VERSION_NEUTRAL })
@UseGuards(HttpGuard)
@UseFilters(ProblemFilter)
export class UnknownPathController {
  constructor(private readonly cors: Cors) {}

  @All(PATHS)
  @HttpCode(204)
  answer(@Req() request: PlatformRequest, @Res({ passthrough: true }) response: object): void {
    const raw = rawRequestOf(request);
    if (raw.method !== 'OPTIONS') throw notThere(raw.method, restOf(request));
    if (routesAt(restOf(request)).size === 0) throw notThere(raw.method, restOf(request));
    this.cors.allowPreflight(rawResponseOf(response));
  }
}

function restOf({ params }: PlatformRequest): string {
  return NAMES.flatMap((name) => params[name] ?? []).join('/');
}
