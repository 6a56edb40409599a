import { PathHint } from '@ws-hub/config';
import { type Ending, type HubClient, meansNoAccess } from '@ws-hub/hub-client';
import { EXIT } from './config/exit-codes.js';
import { describeEnding } from './describe-ending.js';
import type { Leaving } from './leaving.js';
import type { Notices } from './notices.js';
import { Patience } from './patience.js';

/** What a command does about its connection. */
export interface Watch {
  readonly url: string;
  readonly timeoutMs: number;
  /** Whether the hub owes something on a connection that is there. */
  readonly isOwed: () => boolean;
  readonly notices: Notices;
  readonly leaving: Leaving;
}

/**
 * Reports the state of the connection to people, and ends the command when there will be no further connection.
 *
 * @returns the patience for what the hub owes; a connection is due from now on
 */
export function watchConnection(
  client: HubClient,
  { url, timeoutMs, isOwed, notices, leaving }: Watch,
): Patience {
  let whyGone = 'no answer';
  let wasConnected = false;
  const pathHint = new PathHint(url);
  const patience = new Patience(
    timeoutMs,
    () => !client.connected || isOwed(),
    () =>
      leaving.begin(
        EXIT.unavailable,
        client.connected
          ? `no acknowledgement for ${timeoutMs} ms`
          : `no connection for ${timeoutMs} ms: ${whyGone}`,
      ),
  );
  client.on('connected', () => {
    if (wasConnected) notices.tell('reconnected');
    wasConnected = true;
    patience.progress();
  });
  client.on('disconnected', (ending) => {
    whyGone = describeEnding(ending);
    const hint = pathHint.after(ending);
    if (hint !== undefined) notices.tell(hint);
    patience.expect();
  });
  client.on('reconnecting', (_attempt, delayMs) =>
    notices.tell(`not connected: ${whyGone}; retrying in ${(delayMs / 1_000).toFixed(1)} s`),
  );
  client.on('stopped', (ending: Ending) =>
    leaving.begin(
      meansNoAccess(ending) ? EXIT.noPermission : EXIT.unavailable,
      `not reconnecting: ${describeEnding(ending)}`,
    ),
  );
  client.on('error', ({ message }) => notices.tell(`the hub says: ${message}`));
  client.on('tokenFailed', ({ message }) =>
    notices.tell(`the token could not be renewed: ${message}; retrying`),
  );
  client.on('malformed', (_text, { message }) => notices.tell(`not a message: ${message}`));
  patience.expect();
  return patience;
}
