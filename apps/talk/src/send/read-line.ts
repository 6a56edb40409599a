import { CLIENT_SCHEMAS } from '@ws-hub/protocol/schemas';
import { type Line, MAX_LINE_BYTES } from './lines.js';

/** What a line says. */
export interface Speech {
  readonly content: string;
  readonly channel?: string | undefined;
  readonly key?: string | undefined;
}

/** A line that cannot be said; the message tells why, and what is allowed. */
export class BadLine extends Error {
  override readonly name = 'BadLine';
}

const ALLOWED = 'allowed: {"content":"…"}, with "channel":"…" and "key":"…" if wanted';

/** Other fields are ignored, as on the wire, so that what `listen --json` prints can be said again. */
const speech = CLIENT_SCHEMAS.publish
  .pick({ content: true, channel: true, key: true })
  .partial({ key: true });

/** @throws BadLine */
export function readLine({ bytes }: Line, isJson: boolean): Speech {
  if (bytes === undefined)
    throw new BadLine(`it is too long; allowed: ${MAX_LINE_BYTES} bytes, and no more than the hub takes`);
  const text = decode(bytes);
  return isJson ? readJson(text) : { content: text };
}

function decode(bytes: Buffer): string {
  try {
    // A line may end with CR LF; a byte order mark is a character like any other.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes).replace(/\r$/, '');
  } catch {
    throw new BadLine('it is not UTF-8; allowed: UTF-8 text');
  }
}

function readJson(text: string): Speech {
  const { success, data, error } = speech.safeParse(parse(text));
  if (success) return data;
  const [{ path, message } = { path: [], message: '' }] = error.issues;
  throw new BadLine(`${path.join('.') || 'it'}: ${message}; ${ALLOWED}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadLine(`it is not JSON; ${ALLOWED}`);
  }
}
