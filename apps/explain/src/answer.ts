import type { Failure } from '@ws-hub/console-api';
import { z } from 'zod';

/** A hundred clients of each of a thousand hubs. */
const MAX_BYTES = 16 * 1024 * 1024;

/** A server's answer. */
export interface Answer {
  readonly status: number;
  readonly cookies: readonly string[];
  /** Undefined if it was no JSON, or too long. */
  readonly body: unknown;
}

/** A server's error page has more, or other fields: nothing but a console answers exactly this. */
const failure: z.ZodType<Failure> = z.strictObject({ error: z.string() });

/** Reads an answer, and no more of it than a console would send. */
export async function readAnswer(response: Response): Promise<Answer> {
  const { status, headers } = response;
  return { status, cookies: headers.getSetCookie(), body: parsed(await readText(response)) };
}

/** The console's own words for why there is no answer; undefined where no console has answered. */
export function wordsOf({ body }: Answer): string | undefined {
  return failure.safeParse(body).data?.error;
}

/** @returns undefined if it is too long */
async function readText({ body }: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop ends the connection.
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    // Not JSON, so not a console; the caller reports it.
    return undefined;
  }
}
