import { API } from '@ws-hub/console-api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { ConsoleError, type ConsoleRoute } from './console-route.js';

const READ_ONLY = 'the console is read-only: set ADMIN_READONLY=false on the hub to allow changes';

/** @param onChange called for each request that changed something for clients */
export function addViewRoutes(
  app: FastifyInstance,
  routes: readonly ConsoleRoute[],
  isReadonly: boolean,
  onChange: (request: FastifyRequest) => void,
): void {
  for (const route of routes) {
    const answer = async (request: FastifyRequest) => {
      if (route.changesClients && isReadonly) throw new ConsoleError(403, READ_ONLY);
      const { id = '' } = request.params as { id?: string };
      const query = read(route.query, request.query ?? {});
      const answered = await route.answer({ query, body: read(route.body, request.body), id });
      if (route.changesClients) onChange(request);
      return answered ?? {};
    };
    app.route({ method: route.method, url: `${API}${route.path}`, handler: answer });
  }
}

/** @throws ConsoleError 400 naming what was wrong and what is allowed */
export function read<Value>(schema: z.ZodType<Value> | undefined, value: unknown): Value | undefined {
  if (schema === undefined) return undefined;
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const faults = error.issues.map(({ path, message }) => `${path.join('.') || 'the request'}: ${message}`);
  throw new ConsoleError(400, faults.join('; '));
}
