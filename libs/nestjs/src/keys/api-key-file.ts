import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type ApiKey, isKeyName, KEY_NAME_RULE, parseKeyRights } from './api-key.js';

const line = z.object({
  id: z.string().regex(/^[a-z0-9]{8}$/, { error: 'id must be 8 of a-z and 0-9' }),
  name: z.string().refine(isKeyName, { error: `name must be ${KEY_NAME_RULE}` }),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, { error: 'sha256 must be 64 hexadecimal digits' }),
  allow: z.string(),
  created: z.string(),
});

/** One line of a file of keys. */
export type KeyLine = z.output<typeof line>;

/**
 * Reads a file of API keys: one JSON object on each line, in the order in which they were created.
 *
 * @throws Error naming the file, the line, and what is wrong with it
 */
export function readKeyFile(path: string): readonly ApiKey[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.flatMap((text, at) => (text.trim() === '' ? [] : [readLine(text, `${path}:${at + 1}`)]));
}

function readLine(text: string, place: string): ApiKey {
  try {
    const { id, name, sha256, allow } = line.parse(JSON.parse(text));
    return { id, name, sha256: Buffer.from(sha256, 'hex'), ...parseKeyRights(allow) };
  } catch (error) {
    throw new Error(`${place}: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) return error.issues[0]?.message ?? 'it cannot be read';
  if (error instanceof SyntaxError) return 'it is no JSON object';
  return error instanceof Error ? error.message : String(error);
}
