import type { IncomingMessage } from 'node:http';
import {
  CHANNEL_PARAMETER,
  CHANNEL_RULE,
  DEFAULT_CHANNEL,
  isChannelName,
  LAST_EVENT_ID_HEADER,
  SINCE_PARAMETER,
} from '@ws-hub/protocol';
import { hasBody, queryOf, type Refusal } from '../gateway/admission.js';

/** More than a position and its proof need. */
const MAX_ID_LENGTH = 256;

/** The parameters of a stream. */
export interface SseRequest {
  /** At least one, without duplicates. */
  readonly channels: readonly string[];
  /** The last event id that the listener received. */
  readonly lastId: string | undefined;
}

const NOT_A_GET: Refusal = {
  status: 405,
  reason: 'method',
  message: 'a request for an event stream must be a GET',
  headers: { Allow: 'GET' },
};
const BODY: Refusal = {
  status: 400,
  reason: 'body',
  message: 'a request for an event stream must not have a body',
};

/** Validates a request for a stream, by its own content alone. */
export function readSseRequest(request: IncomingMessage, maxChannels: number): SseRequest | Refusal {
  // Frameworks route HEAD to the GET handler.
  if (request.method !== 'GET') return NOT_A_GET;
  if (hasBody(request)) return BODY;
  const query = queryOf(request);
  const channels = channelsOf(query.getAll(CHANNEL_PARAMETER), maxChannels);
  if ('status' in channels) return channels;
  const lastId = lastIdOf(request, query.getAll(SINCE_PARAMETER));
  return typeof lastId === 'object' ? lastId : { channels, lastId };
}

function channelsOf(names: readonly string[], max: number): readonly string[] | Refusal {
  if (names.length > max) return badChannel(`a stream may have at most ${max} channels`);
  if (!names.every(isChannelName)) return badChannel(`each ${CHANNEL_PARAMETER} must be ${CHANNEL_RULE}`);
  if (names.length === 0) return [DEFAULT_CHANNEL];
  // Copies: a slice of the URL would keep the whole URL in memory for as long as the log has an entry on this channel.
  return [...new Set(names)].map((name) => Buffer.from(name).toString());
}

/** The header takes precedence: an EventSource never changes its URL. */
function lastIdOf({ headers }: IncomingMessage, since: readonly string[]): string | Refusal | undefined {
  if (since.length > 1) return badPosition(`${SINCE_PARAMETER} may be given only once`);
  const header = String(headers[LAST_EVENT_ID_HEADER.toLowerCase()] ?? '');
  const lastId = header === '' ? (since[0] ?? '') : header;
  if (lastId.length > MAX_ID_LENGTH)
    return badPosition(
      `${LAST_EVENT_ID_HEADER} and ${SINCE_PARAMETER} may have at most ${MAX_ID_LENGTH} characters`,
    );
  return lastId === '' ? undefined : lastId;
}

function badChannel(message: string): Refusal {
  return { status: 400, reason: 'channel', message };
}

function badPosition(message: string): Refusal {
  return { status: 400, reason: 'position', message };
}
