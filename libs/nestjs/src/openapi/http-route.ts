import type { Action } from '@ws-hub/protocol';
import type { JsonSchema, SchemaName } from './schemas.js';

/** The status of a failed request below /v1. */
export type ProblemStatus = 400 | 401 | 403 | 410 | 413 | 415 | 429 | 503;

/** A parameter in the path, the query or a header, as in OpenAPI. */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: true;
  readonly description: string;
  readonly schema: JsonSchema;
  readonly example?: unknown;
}

/** One type of a body, with an example as it is sent. */
export interface Body {
  readonly type: 'application/json' | 'text/plain' | 'text/event-stream';
  readonly schema: JsonSchema;
  readonly example: unknown;
}

/** The description of a route below /v1. */
export interface RouteDescription {
  readonly operationId: string;
  readonly tag: 'Messages' | 'Events' | 'Administration';
  readonly summary: string;
  readonly description: string;
  /** The right that the caller needs. */
  readonly right: Action | 'admin';
  readonly parameters?: readonly Parameter[];
  readonly bodies?: readonly Body[];
  readonly answer: { readonly description: string; readonly body?: Body };
  readonly problems: readonly ProblemStatus[];
}

/** The description with the properties of the route itself. */
export interface DescribedRoute extends RouteDescription {
  readonly method: 'get' | 'post';
  /** In OpenAPI's form: `/v1/channels/{channel}/messages`. */
  readonly path: string;
  /** The status of a successful response. */
  readonly status: number;
}

export function schemaRef(name: SchemaName): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

/** A JSON body with a named schema. */
export function json(schema: SchemaName, example: unknown): Body {
  return { type: 'application/json', schema: schemaRef(schema), example };
}
