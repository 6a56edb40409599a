import { describe, expect, test } from '@jest/globals';
import { CLIENT_SCHEMAS, HUB_SCHEMAS } from '@ws-hub/nestjs/schemas';
import { ACCESS_TOKEN_PARAMETER, CLOSE_CODES, parseEnvelope, TOKEN_PROTOCOL_PREFIX } from '@ws-hub/protocol';
import { parse } from 'yaml';
import { z } from 'zod';
import { packageJson, read, tableRows } from './repository.js';

interface Operation {
  readonly channel: { readonly $ref: string };
  readonly messages: readonly { readonly $ref: string }[];
}

const text = read('docs/asyncapi.yaml');
const document = parse(text);
const schemas = { ...CLIENT_SCHEMAS, ...HUB_SCHEMAS };
const names = Object.keys(schemas) as (keyof typeof schemas)[];

/** A schema without descriptions, and without the bounds that zod adds to every integer. */
function bare(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(bare);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).filter(
    ([name, value]) =>
      !['$schema', 'description'].includes(name) && Math.abs(value as number) !== Number.MAX_SAFE_INTEGER,
  );
  return Object.fromEntries(entries.map(([name, value]) => [name, bare(value)]));
}

const namesOf = ({ messages }: Operation) => messages.map(({ $ref }) => $ref.split('/').at(-1));

describe('docs/asyncapi.yaml', () => {
  test('is a valid AsyncAPI 3 document', async () => {
    const { Parser } = await import('@asyncapi/parser');
    const { document: parsed, diagnostics } = await new Parser().parse(text);
    expect(diagnostics.filter(({ severity }) => severity <= 1)).toEqual([]);
    expect(parsed?.version()).toBe('3.0.0');
    expect(parsed?.info().version()).toBe(packageJson.version);
  });

  test.each(names)('describes %s like the schemas', (name) => {
    const schema = z.toJSONSchema(schemas[name], { target: 'draft-7', io: 'input' });
    expect(bare(document.components.schemas[name])).toEqual(bare(schema));
  });

  test.each(names)('has an example of %s that the schemas accept', (name) => {
    const [{ payload }] = document.components.messages[name].examples;
    expect(schemas[name].parse(payload)).toEqual(payload);
  });

  test('has a valid envelope', () => {
    const [{ payload }] = document.components.messages.envelope.examples;
    expect(parseEnvelope(JSON.stringify(payload))).toEqual(payload);
  });

  test('has the close codes of the protocol, and whether a client reconnects after each', () => {
    const rows: Record<string, unknown>[] = document['x-close-codes'];
    expect(rows.map(({ code, name, retry }) => ({ code, name, retry }))).toEqual(CLOSE_CODES);
    expect(rows.filter(({ description }) => typeof description !== 'string')).toEqual([]);
  });

  test('has the ways to send a token that PROTOCOL.md has outside of messages', () => {
    const { securitySchemes } = document.components;
    const offered = document.servers.local.security.map(({ $ref }: { $ref: string }) =>
      $ref.split('/').at(-1),
    );
    expect(offered.toSorted()).toEqual(Object.keys(securitySchemes).toSorted());
    const ways = tableRows(read('PROTOCOL.md'), 'way', 'for').map(([way]) => way);
    expect(offered.length).toBe(ways.filter((way) => way !== '`hello.token`').length);
    expect(securitySchemes.bearer).toMatchObject({ type: 'http', scheme: 'bearer' });
    expect(securitySchemes.query).toMatchObject({ in: 'query', name: ACCESS_TOKEN_PARAMETER });
    expect(securitySchemes.subprotocol.description).toContain(TOKEN_PROTOCOL_PREFIX);
  });

  test('has the direction of each message', () => {
    const { fromClient, fromHub } = document.operations;
    expect(namesOf(fromClient)).toEqual(Object.keys(CLIENT_SCHEMAS));
    expect(namesOf(fromHub)).toEqual(Object.keys(HUB_SCHEMAS));
  });
});
