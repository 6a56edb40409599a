import type { Action } from '@ws-hub/protocol';
import type { JsonSchema, SchemaName } from './schemas.js';

/** A status of a failure below /v1. */
export type ProblemStatus = 400 | 401 | 403 | 410 | 413 | 415 | 429 | 503;

/** What follows on the path, the query or a header, as OpenAPI has it. */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: true;
  readonly description: string;
  readonly schema: JsonSchema;
  readonly example?: unknown;
}

/** One form of a body, and one that is as it would be sent. */
export interface Body {
  readonly type: 'application/json' | 'text/plain' | 'text/event-stream';
  readonly schema: JsonSchema;
  readonly example: unknown;
}

/** What the document says of one of the routes below /v1. */
export interface RouteDescription {
  readonly operationId: string;
  readonly tag: 'Messages' | 'Events' | 'Administration';
  readonly summary: string;
  readonly description: string;
  /** What its caller has to be allowed. */
  readonly right: Action | 'admin';
  readonly parameters?: readonly Parameter[];
  readonly bodies?: readonly Body[];
  readonly answer: { readonly description: string; readonly body?: Body };
  readonly problems: readonly ProblemStatus[];
}

/** The same, with what the route itself says. */
export interface DescribedRoute extends RouteDescription {
  readonly method: 'get' | 'post';
  /** As OpenAPI writes it: `/v1/channels/{channel}/messages`. */
  readonly path: string;
  /** Of an answer that is no problem. */
  readonly status: number;
}

export function schemaRef(name: SchemaName): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

/** A JSON body of a named schema. */
export function json(schema: SchemaName, example: unknown): Body {
  return { type: 'application/json', schema: schemaRef(schema), example };
}
