import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Cors } from './cors.js';
import { HttpBases } from './http-bases.js';
import { HttpGate } from './http-gate.js';
import { notThere, routesAt } from './http-routes.js';
import { type PlatformRequest, rawRequestOf, rawResponseOf } from './platform.js';
import { ProblemFilter } from './problem.filter.js';

/** A request with the part of its path below the base: Express passes segments, Fastify text. */
interface WildcardRequest extends Pick<PlatformRequest, 'raw'> {
  readonly params: { readonly path?: readonly string[]; readonly '*'?: string };
}

type Handler = (request: WildcardRequest, response: object) => void;

/** The part of Fastify that is used: this module depends on no platform. */
interface FastifyRouter {
  readonly supportedMethods: readonly string[];
  hasRoute(route: { method: string; url: string }): boolean;
  route(route: { method: readonly string[]; url: string; handler: Handler }): void;
}

/**
 * Answers what no other route below `/v1` takes: preflights, unknown paths, and unsupported methods. Not a controller:
 * where the order of routes matters, it would shadow those of the application's later modules.
 */
@Injectable()
export class UnknownPaths implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly bases: HttpBases,
    private readonly gate: HttpGate,
    private readonly cors: Cors,
    private readonly problems: ProblemFilter,
  ) {}

  /** After the controllers of all modules, and before Nest's own 404. */
  onModuleInit(): void {
    // An application context has no adapter.
    const { httpAdapter } = this.host;
    if (!httpAdapter) return;
    const handler: Handler = (request, response) => this.answer(request, response);
    for (const base of this.bases.all())
      if (httpAdapter.getType() === 'fastify') routeOnFastify(httpAdapter.getInstance(), base, handler);
      else httpAdapter.all(`${base}{/*path}`, handler);
  }

  private answer(request: WildcardRequest, response: object): void {
    const raw = rawRequestOf(request);
    const path = restOf(request);
    try {
      this.gate.charge(raw, rawResponseOf(response), undefined);
      if (raw.method !== 'OPTIONS' || routesAt(path).size === 0) throw notThere(raw.method, path);
      this.cors.allowPreflight(rawResponseOf(response));
      this.host.httpAdapter.reply(response, undefined, 204);
    } catch (error) {
      this.problems.answer(error, response);
    }
  }
}

/** Fastify rejects a duplicate route: an application that defines one of these keeps its own. */
function routeOnFastify(router: FastifyRouter, base: string, handler: Handler): void {
  for (const url of [base, `${base}/*`]) {
    const method = router.supportedMethods.filter((each) => !router.hasRoute({ method: each, url }));
    if (method.length > 0) router.route({ method, url, handler });
  }
}

function restOf({ params }: WildcardRequest): string {
  return params.path?.join('/') ?? params['*'] ?? '';
}
