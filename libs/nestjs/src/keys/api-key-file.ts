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

/** Bytes of a file of keys. */
export const MAX_KEY_FILE_BYTES = 4 * 1024 * 1024;
export const MAX_KEYS = 10_000;
/** Lines that are parsed before others get their turn. */
const LINES_PER_TURN = 100;

/** A line of a file of keys. */
export interface KeyLine extends ApiKey {
  /** The rights as they are written. */
  readonly allow: string;
  /** When the key was made, in ISO 8601. */
  readonly created: string;
  /** Where it stands, from 1 on. */
  readonly line: number;
}

/** Why a file of keys cannot be used, without any text of it: a key may stand there by mistake. */
export class ApiKeyFileError extends Error {
  override readonly name = 'ApiKeyFileError';

  /** @param code that of the system, if it has refused to read the file */
  constructor(
    path: string,
    reason: string,
    readonly code?: string,
  ) {
    super(`${shownPath(path)}${reason}`);
  }
}

/** A path for a message, quoted. Somebody may have put a key in its place. */
export function shownPath(path: string): string {
  return looksLikeKey(path) ? 'this file' : JSON.stringify(path);
}

const text = (name: string) => z.string({ error: `${name} is missing or no text` });
const line = z.object(
  {
    id: text('id').regex(/^[a-z0-9]{8}$/, { error: 'id must be 8 of a-z and 0-9' }),
    name: text('name').refine(isKeyName, { error: `name must be ${KEY_NAME_RULE}` }),
    sha256: text('sha256').regex(/^[0-9a-f]{64}$/, { error: 'sha256 must be 64 hexadecimal digits' }),
    allow: text('allow').refine(isKeyAllow, { error: `allow must be ${KEY_ALLOW_RULE}` }),
    created: z.iso.datetime({ offset: true, error: 'created must be a time such as 2026-11-26T12:00:00Z' }),
  },
  { error: 'it is no JSON object' },
);

/**
 * Reads the text of a file of keys.
 *
 * @throws ApiKeyFileError naming the file, and why it cannot be read
 */
export async function readKeyText(path: string): Promise<string> {
  let file: FileHandle | undefined;
  try {
    // A pipe that nobody writes to would keep a thread for good.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!(await file.stat()).isFile()) throw new ApiKeyFileError(path, ' is no regular file');
    return decoded(path, await readStart(file));
  } catch (error) {
    if (error instanceof ApiKeyFileError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new ApiKeyFileError(path, ` cannot be read (${code})`, code);
  } finally {
    await file?.close();
  }
}

/** No more than is allowed, and one byte that shows that it is too long. */
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
 * Reads the keys of a file: one JSON object on each line, in the order in which they were created. Others get their turns
 * meanwhile.
 *
 * @param path for errors
 * @throws ApiKeyFileError naming the file, the line, and what is wrong with it
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

/** @param isUnended whether it is the last one, and nothing ends it: somebody may be writing it */
function parseLine(each: string, place: number, isUnended: boolean): Checked<KeyLine> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(each);
  } catch {
    return { fault: isUnended ? 'it is not complete' : 'it is no JSON object' };
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
