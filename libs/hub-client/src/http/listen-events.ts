import { isHubMessage } from '../read-hub-message.js';
import type { StoredMessage } from './answers.js';
import type { StreamEvent } from './event-stream-parser.js';
import type { HubHttpError } from './http-error.js';

/** The events of a listener's loop. Pass `lastEventId` as `since` to another listener to resume after the event. */
export type ListenEvent =
  | {
      readonly type: 'connected';
      readonly lastEventId: string;
      readonly clientId: string;
      /** The user in the token. */
      readonly user?: string;
    }
  /** Messages before this position were missed; live ones follow. */
  | { readonly type: 'gap'; readonly lastEventId: string }
  | { readonly type: 'message'; readonly lastEventId: string; readonly message: StoredMessage }
  /** Everything up to here was delivered. */
  | { readonly type: 'position'; readonly lastEventId: string }
  /** Something outside the contract was received, and dropped. */
  | { readonly type: 'malformed'; readonly lastEventId: string; readonly text: string }
  /** A stream, or the attempt at one, has ended. The next attempt starts after this delay, in milliseconds. */
  | { readonly type: 'disconnected'; readonly error: HubHttpError; readonly delayMs: number };

interface Welcome {
  readonly client_id: string;
  readonly recovered: boolean;
  readonly user?: string;
}

/** Maps an event of a stream to events of the loop; none for those of a later version. */
export function listenEventsOf(event: StreamEvent): ListenEvent[] {
  const { name, data, lastEventId } = event;
  const value = parsed(data);
  const malformed = { type: 'malformed', lastEventId, text: data } as const;
  if (name === 'welcome') return isWelcome(value) ? welcomeEvents(value, lastEventId) : [malformed];
  if (name === 'position') return [{ type: 'position', lastEventId }];
  if (name !== '') return [];
  if (!isHubMessage(value) || value.type !== 'message') return [malformed];
  const { type, ...message } = value;
  return [{ type, lastEventId, message }];
}

/** The close code and reason if this event ends the stream; otherwise undefined. */
export function endIn({ name, data }: StreamEvent): { code: number; reason: string } | undefined {
  if (name !== 'expired' && name !== 'closed') return undefined;
  const { code, reason } = Object(parsed(data)) as Readonly<Record<string, unknown>>;
  return { code: Number(code), reason: typeof reason === 'string' ? reason : '' };
}

/** A `welcome` includes the gap, so that the two cannot be separated by a disconnect. */
function welcomeEvents(
  { client_id: clientId, recovered, user }: Welcome,
  lastEventId: string,
): ListenEvent[] {
  const connected = { type: 'connected', lastEventId, clientId, ...(user && { user }) } as const;
  return recovered ? [connected] : [connected, { type: 'gap', lastEventId }];
}

function isWelcome(value: unknown): value is Welcome {
  const { client_id, recovered } = Object(value) as Partial<Record<keyof Welcome, unknown>>;
  return typeof client_id === 'string' && typeof recovered === 'boolean';
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
