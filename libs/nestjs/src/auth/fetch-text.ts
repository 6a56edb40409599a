/** The response of another server. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Why there is no response, for the operator. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
}

export interface FetchLimits {
  /** For the whole exchange, to the last byte of the body. */
  readonly timeoutMs: number;
  /** Of the body, after decompression. */
  readonly maxBytes: number;
}

/**
 * Sends a request to another server. Redirects are returned, not followed: they would lead to a server that the
 * operator did not choose.
 *
 * @throws FetchError if there is no response in time, or it is too long
 */
export async function fetchText(url: string, request: RequestInit, limits: FetchLimits): Promise<Answer> {
  const signal = AbortSignal.timeout(limits.timeoutMs);
  try {
    const response = await fetch(url, { ...request, redirect: 'manual', signal });
    return { status: response.status, text: await readBody(response, limits.maxBytes) };
  } catch (error) {
    if (error instanceof FetchError) throw error;
    if (signal.aborted) throw new FetchError(`no answer within ${limits.timeoutMs} ms`);
    throw new FetchError(reasonOf(error));
  }
}

/**
 * Sends a request to another server when only the status of the response matters. Reads at most `maxBytes` of the body,
 * so that the connection can be reused.
 *
 * @param stop aborts the request
 * @throws FetchError if there is no response in time
 */
export async function fetchStatus(
  url: string,
  request: RequestInit,
  limits: FetchLimits,
  stop: AbortSignal,
): Promise<number> {
  const late = AbortSignal.timeout(limits.timeoutMs);
  const signal = AbortSignal.any([late, stop]);
  try {
    const response = await fetch(url, { ...request, redirect: 'manual', signal });
    await readBody(response, limits.maxBytes).catch(() => {
      // The status has arrived; the body does not matter.
    });
    return response.status;
  } catch (error) {
    if (late.aborted) throw new FetchError(`no answer within ${limits.timeoutMs} ms`);
    throw new FetchError(stop.aborted ? 'the request was stopped' : reasonOf(error));
  }
}

async function readBody({ body }: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop closes the connection.
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new FetchError(`the answer is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/** Only the code of the cause: messages of `fetch` quote the URL, which may contain a password. */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown } };
  return typeof cause?.code === 'string' ? cause.code : 'the request failed';
}
