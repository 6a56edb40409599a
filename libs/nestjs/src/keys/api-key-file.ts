import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import type { Checked } from '../auth/checked.js';
import {
  type ApiKey,
  isKeyAllow,
  isKeyName,
  KEY_ALLOW_RULE,
  KEY_NAME_RULE,
  looksLikeKey,
  parseKeyRights,
} from './api-key.js';

/** Maximum size of a key file, in bytes. */
export const MAX_KEY_FILE_BYTES = 4 * 1024 * 1024;
export const MAX_KEYS = 10_000;
/** Lines parsed per turn of the event loop. */
const LINES_PER_TURN = 100;

/** A line of a key file. */
export interface KeyLine extends ApiKey {
  /** The rights as written in the file. */
  readonly allow: string;
  /** When the key was created, in ISO 8601. */
  readonly created: string;
  /** Its line number, starting at 1. */
  readonly line: number;
}

/** Why a key file cannot be used. Never quotes the file: it may contain a key by mistake. */
export class ApiKeyFileError extends Error {
  override readonly name = 'ApiKeyFileError';

  /** @param code the system's error code, if it could not read the file */
  constructor(
    path: string,
    reason: string,
    readonly code?: string,
  ) {
    super(`${shownPath(path)}${reason}`);
  }
}

/** A path, quoted for a message. It may be a key that was entered by mistake. */
export function shownPath(path: string): string {
  return looksLikeKey(path) ? 'this file' : JSON.stringify(path);
}

const text = (name: string) => z.string({ error: `${name} is missing or not text` });
const line = z.object(
  {
    id: text('id').regex(/^[a-z0-9]{8}$/, { error: 'id must be 8 of a-z and 0-9' }),
    name: text('name').refine(isKeyName, { error: `name must be ${KEY_NAME_RULE}` }),
    sha256: text('sha256').regex(/^[0-9a-f]{64}$/, { error: 'sha256 must be 64 hexadecimal digits' }),
    allow: text('allow').refine(isKeyAllow, { error: `allow must be ${KEY_ALLOW_RULE}` }),
    created: z.iso.datetime({ offset: true, error: 'created must be a time such as 2026-11-26T12:00:00Z' }),
  },
  { error: 'it is not a JSON object' },
);

/**
 * Reads the text of a key file.
 *
 * @throws ApiKeyFileError naming the file and why it cannot be read
 */
export async function readKeyText(path: string): Promise<string> {
  let file: FileHandle | undefined;
  try {
    // A pipe without a writer would block a thread forever.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!(await file.stat()).isFile()) throw new ApiKeyFileError(path, ' is not a regular file');
    return decoded(path, await readStart(file));
  } catch (error) {
    if (error instanceof ApiKeyFileError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new ApiKeyFileError(path, ` cannot be read (${code})`, code);
  } finally {
    await file?.close();
  }
}

/** Reads up to the maximum, and one byte more to detect a longer file. */
async function readStart(file: FileHandle): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(MAX_KEY_FILE_BYTES + 1);
  let length = 0;
  for (let read = -1; read !== 0 && length < bytes.length; length += read)
    ({ bytesRead: read } = await file.read(bytes, length));
  return bytes.subarray(0, length);
}

function decoded(path: string, bytes: Buffer): string {
  if (bytes.length > MAX_KEY_FILE_BYTES)
    throw new ApiKeyFileError(path, ` is longer than ${MAX_KEY_FILE_BYTES} bytes`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ApiKeyFileError(path, ' is not UTF-8');
  }
}

/**
 * Parses the keys of a file: one JSON object per line, in order of creation. Yields to the event loop in between.
 *
 * @param path for errors
 * @throws ApiKeyFileError naming the file, the line and the fault
 */
export async function parseKeys(content: string, path: string): Promise<readonly KeyLine[]> {
  const keys = new Map<string, KeyLine>();
  const lines = content.split('\n');
  for (const [index, each] of lines.entries()) {
    if (index % LINES_PER_TURN === LINES_PER_TURN - 1) await setImmediate();
    if (each.trim() === '') continue;
    const { value: key, fault } = parseLine(each, index + 1, index === lines.length - 1);
    const broken = key === undefined ? fault : faultAmong(keys, key);
    if (key === undefined || broken !== undefined)
      throw new ApiKeyFileError(path, `, line ${index + 1}: ${broken}`);
    keys.set(key.id, key);
  }
  return [...keys.values()];
}

/** @param isUnended whether it is the last line and has no line break: it may still be written */
function parseLine(each: string, place: number, isUnended: boolean): Checked<KeyLine> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(each);
  } catch {
    return { fault: isUnended ? 'it is not complete' : 'it is not a JSON object' };
  }
  const { data, error } = line.safeParse(parsed);
  if (data === undefined) return { fault: error?.issues[0]?.message ?? 'it cannot be read' };
  const { id, name, sha256, allow, created } = data;
  const hash = Buffer.from(sha256, 'hex');
  return { value: { id, name, sha256: hash, allow, created, line: place, ...parseKeyRights(allow) } };
}

function faultAmong(keys: ReadonlyMap<string, KeyLine>, { id }: KeyLine): string | undefined {
  if (keys.size === MAX_KEYS) return `there are more than ${MAX_KEYS} keys`;
  const former = keys.get(id);
  return former && `its id is that of line ${former.line}`;
}
