import type { JsonSchema } from '@ws-hub/nestjs/openapi';
import { code, type Row } from './markdown-parts.js';

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

/** The fields of an object: name, type and description. Fields of a nested object follow, prefixed with `name.`. */
export function fieldsOf(schema: JsonSchema, path = ''): Row[] {
  const { properties = {}, required = [] } = schema as ObjectSchema;
  return Object.entries(properties).flatMap(([name, field]) => {
    const own = [
      code(`${path}${name}${required.includes(name) ? '' : '?'}`),
      typeOf(field),
      descriptionOf(field),
    ];
    const { items } = field as { items?: JsonSchema };
    return [own, ...fieldsOf(items ?? field, `${path}${name}${items ? '[].' : '.'}`)];
  });
}

/** The type of a value, in a few words. */
export function typeOf(schema: JsonSchema): string {
  const {
    $ref,
    anyOf,
    const: constant,
    type,
    items,
  } = schema as Readonly<{
    $ref?: string;
    anyOf?: readonly JsonSchema[];
    const?: unknown;
    type?: string;
    items?: JsonSchema;
  }>;
  if ($ref !== undefined) return linkTo($ref);
  if (anyOf !== undefined) return anyOf.map(typeOf).join(' or ');
  if (constant !== undefined) return code(JSON.stringify(constant));
  if (items !== undefined) return ['list', boundsOf(schema), itemsOf(items)].filter(Boolean).join(' ');
  return [type, boundsOf(schema)].filter(Boolean).join(' ');
}

function itemsOf(items: JsonSchema): string {
  return items.$ref !== undefined || items.anyOf !== undefined || items.pattern !== undefined
    ? `of ${typeOf(items)}`
    : '';
}

function boundsOf(schema: JsonSchema): string {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, pattern, default: preset } = schema;
  const parts = [
    range(minimum, maximum),
    range(minLength, maxLength, ' characters'),
    range(minItems, maxItems, ' items'),
    pattern === undefined ? '' : code(String(pattern)),
    preset === undefined ? '' : `default ${preset}`,
  ];
  return parts.filter(Boolean).join(', ');
}

function range(from: unknown, to: unknown, unit = ''): string {
  if (from === undefined && to === undefined) return '';
  if (to === undefined) return `≥ ${from}${unit}`;
  return from === undefined ? `≤ ${to}${unit}` : `${from}–${to}${unit}`;
}

function linkTo(ref: string): string {
  const name = ref.split('/').at(-1) ?? '';
  return `[${name}](#${name.toLowerCase()})`;
}

function descriptionOf({ description }: JsonSchema): string {
  return description === undefined ? '' : String(description);
}
