import { z } from 'zod';
import { HUB_SCHEMAS } from '../gateway/v1.schemas.js';
import * as http from '../http/http.schemas.js';
import { EVENT_SCHEMAS } from '../sse/event.schemas.js';

/** A schema of the document, or a reference to one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Request bodies, by their names in the document. */
const REQUESTS = {
  Publish: http.publishBody,
  Batch: http.batchBody,
  Disconnect: http.disconnectBody,
  Revocation: http.revocationBody,
};

/** Response bodies, by their names in the document. */
const ANSWERS = {
  Message: HUB_SCHEMAS.message,
  Stored: http.publishAnswer,
  BatchResults: http.batchAnswer,
  History: http.historyAnswer,
  Channels: http.channelsAnswer,
  Info: http.infoAnswer,
  Problem: http.problem,
  WelcomeEvent: EVENT_SCHEMAS.welcome,
  GapEvent: EVENT_SCHEMAS.gap,
  PositionEvent: EVENT_SCHEMAS.position,
  ExpiredEvent: EVENT_SCHEMAS.expired,
  ClosedEvent: EVENT_SCHEMAS.closed,
};

export type SchemaName = keyof typeof REQUESTS | keyof typeof ANSWERS;

const ROOT = '#/components/schemas/';

/** A schema without a name, such as that of a parameter. */
export function inlineSchema(schema: z.ZodType): JsonSchema {
  return withoutKeys(z.toJSONSchema(schema, { io: 'input', override: withoutSafeIntegers }));
}

/** The components of the document, in JSON Schema 2020-12, as OpenAPI 3.1 requires. */
export function componentSchemas(): Readonly<Record<SchemaName, JsonSchema>> {
  return { ...jsonSchemas(REQUESTS), ...jsonSchemas(ANSWERS) };
}

/** Any version may add members to requests and responses, so all schemas are generated as inputs. */
function jsonSchemas<Name extends SchemaName>(
  named: Readonly<Record<Name, z.ZodType>>,
): Readonly<Record<Name, JsonSchema>> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries<z.ZodType>(named)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    io: 'input',
    uri: (id) => `${ROOT}${id}`,
    override: withoutSafeIntegers,
  });
  const entries = Object.entries(schemas).map(([id, schema]) => [id, withoutKeys(schema)]);
  return Object.fromEntries(entries) as Readonly<Record<Name, JsonSchema>>;
}

function withoutKeys(schema: object): JsonSchema {
  const own = ['$schema', '$id', '~standard'];
  return Object.fromEntries(Object.entries(schema).filter(([name]) => !own.includes(name)));
}

/** zod adds the bounds of safe integers to every integer. */
function withoutSafeIntegers({ jsonSchema }: { jsonSchema: { minimum?: unknown; maximum?: unknown } }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}
