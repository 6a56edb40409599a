import { API, type Failure } from '@ws-hub/console-api';

/** How long an answer may take; the hub's own bounds are far below. */
const TIMEOUT_MS = 15_000;

/** Reports that a session ended (`lost`). */
export const session = new EventTarget();

/** Why there is no answer, in words that can be shown. Status 0: the hub was not reached. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Parameters of a query; undefined and empty ones are left out. */
export type Params = Readonly<Record<string, string | number | undefined>>;

/** @throws ApiError */
export function get<T>(path: string, params: Params = {}): Promise<T> {
  return ask<T>('GET', `${path}${queryOf(params)}`);
}

/** @throws ApiError */
export function post<T>(path: string, body: unknown): Promise<T> {
  return ask<T>('POST', path, body);
}

/** @throws ApiError */
export function del(path: string): Promise<void> {
  return ask<void>('DELETE', path);
}

/** `?` and what is set, or nothing. */
export function queryOf(params: Params): string {
  const set = Object.entries(params).filter(([, value]) => value !== undefined && value !== '');
  return set.length === 0 ? '' : `?${new URLSearchParams(set.map(([key, value]) => [key, String(value)]))}`;
}

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await send(method, path, body);
  const text = await response.text().catch(() => '');
  const answer = parsed(text);
  if (response.ok) return answer as T;
  // A wrong password is an ordinary answer; it ends no session.
  if (response.status === 401 && path !== '/session') session.dispatchEvent(new Event('lost'));
  throw new ApiError(
    response.status,
    (answer as Failure | undefined)?.error ?? statusInWords(response.status),
  );
}

async function send(method: string, path: string, body: unknown): Promise<Response> {
  try {
    // Relative, so that it holds below a prefix of a proxy too.
    return await fetch(`.${API}${path}`, {
      method,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
  } catch (error) {
    const isLate = error instanceof DOMException && error.name === 'TimeoutError';
    throw new ApiError(
      0,
      isLate ? `The hub did not answer within ${TIMEOUT_MS / 1000} seconds.` : 'The hub cannot be reached.',
    );
  }
}

/** Something other than JSON is a proxy's page, or nothing. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function statusInWords(status: number): string {
  if (status === 429) return 'Too many attempts. Wait a minute, then try again.';
  if (status === 502 || status === 504) return 'The hub cannot be reached through the proxy.';
  return `The hub answered with status ${status}.`;
}
