import { CHANNEL_NAME, CHANNEL_RULE, KEY, KEY_RULE } from '@ws-hub/protocol';
import { z } from 'zod';
import { type Line, MAX_LINE_BYTES } from './lines.js';

/** The message in a line. */
export interface Speech {
  readonly content: string;
  readonly channel?: string | undefined;
  readonly key?: string | undefined;
}

/** A line that cannot be published; the message says why, and what is allowed. */
export class BadLine extends Error {
  override readonly name = 'BadLine';
}

const ALLOWED = 'allowed: {"content":"…"}, with "channel":"…" and "key":"…" if wanted';

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Other fields are ignored, as on the wire, so that output of `listen --json` can be published again. */
const speech = z.object({
  content: z.string().refine((text) => !LONE_SURROGATE.test(text), {
    error: 'contains a lone surrogate, which is not a character',
  }),
  channel: z
    .string()
    .regex(CHANNEL_NAME, { error: `must be ${CHANNEL_RULE}` })
    .optional(),
  key: z
    .string()
    .regex(KEY, { error: `must be ${KEY_RULE}` })
    .optional(),
});

/** @throws BadLine */
export function readLine({ bytes }: Line, isJson: boolean): Speech {
  if (bytes === undefined)
    throw new BadLine(`it is too long; allowed: ${MAX_LINE_BYTES} bytes, and no more than the hub accepts`);
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
