import { StartError } from '@ws-hub/config';
import { escapeText } from '@ws-hub/logging/escape-controls';
import { type Answer, wordsOf } from './answer.js';
import { EXIT } from './config/exit-codes.js';

export const UNAUTHORIZED = 401;
const FORBIDDEN = 403;
const TOO_MANY = 429;
const PASSWORD_FILE = 'WS_EXPLAIN_PASSWORD_FILE (--password-file)';

/** Why a console does not explain, in its own words. */
export function faultOf(url: string, answer: Answer): StartError {
  const words = wordsOf(answer);
  if (words === undefined) return noConsole(url, answer);
  if (answer.status === UNAUTHORIZED)
    return fault(
      `the console requires a password: ${words}; allowed: ${PASSWORD_FILE}, the path of a file that holds it`,
      EXIT.noPermission,
    );
  return fault(`the hub says: ${words}`, exitCodeOf(answer.status));
}

export function wrongPassword(answer: Answer): StartError {
  return fault(
    `${PASSWORD_FILE}: ${wordsOf(answer) ?? 'wrong password'}; allowed: the password that ws-hub password was given`,
    EXIT.noPermission,
  );
}

/** The other end is not a console, or a console of another version. */
export function noConsole(url: string, { status, body }: Answer): StartError {
  const what =
    body === undefined ? 'no JSON, or too much of it' : 'something that no console of this version sends';
  return fault(
    `${url} answers HTTP ${status} with ${what}; allowed: the URL of a hub's console (ADMIN_PORT)`,
    EXIT.unavailable,
  );
}

/** @param error what `fetch` has thrown; its cause says why. Anything else is a bug, and thrown again. */
export function noAnswer(url: string, error: unknown, timeoutMs: number): StartError {
  const { name, cause } = error as { name?: string; cause?: NodeJS.ErrnoException };
  if (name === 'TimeoutError')
    return fault(`${url} did not answer within ${timeoutMs / 1_000} s`, EXIT.unavailable);
  if (cause === undefined) throw error;
  const hint = cause.code === 'ECONNREFUSED' ? ': is the hub running, and ADMIN_PORT set?' : '';
  return fault(`${url} cannot be reached (${cause.code ?? cause.message})${hint}`, EXIT.unavailable);
}

function exitCodeOf(status: number): number {
  if (status === FORBIDDEN) return EXIT.noPermission;
  return status >= 400 && status < 500 && status !== TOO_MANY ? EXIT.nothingToExplain : EXIT.unavailable;
}

/** Words of others cannot control the terminal. */
function fault(message: string, exitCode: number): StartError {
  return new StartError(escapeText(message), exitCode);
}
