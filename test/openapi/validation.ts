import { type JsonSchema, openApiDocument } from '@ws-hub/nestjs/openapi';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { packageJson } from '../repository.js';

export const document = openApiDocument(packageJson.version);

const ROOT = 'https://hub.example/openapi';
/** `oneOf` with only `required` is intended, and so are OpenAPI keywords that JSON Schema does not have. */
const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addSchema({ $id: ROOT, components: { schemas: closed(document.components.schemas) } });

/** What is wrong with a value according to the document's schemas. Unknown members are wrong too. */
export function mistakesIn(value: unknown, schema: JsonSchema): readonly string[] {
  const validate = ajv.compile(absolute(closed(schema)) as JsonSchema);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** The document lets later versions add members; this version of the hub sends only documented ones. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  return 'properties' in copy && copy.type === 'object' ? { ...copy, additionalProperties: false } : copy;
}

function absolute(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/', `"${ROOT}#/`));
}
