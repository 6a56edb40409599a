/** The one endpoint. */
export const HUB_PATH = '/ws';

/** The query parameter that picks a channel. */
export const CHANNEL_PARAMETER = 'channel';

/** The query parameter that carries a token, for clients that can set neither a header nor a subprotocol. */
export const ACCESS_TOKEN_PARAMETER = 'access_token';

/** A subprotocol that carries a token: this, and the token in base64url. A hub never selects it. */
export const TOKEN_PROTOCOL_PREFIX = 'hub.token.';

/** Bytes of a token; a longer one is refused unread. */
export const MAX_TOKEN_BYTES = 4_096;

const TOKEN = /^[!-~]+$/;

/** What a token may be, in the words of an error message. */
export const TOKEN_RULE = `1-${MAX_TOKEN_BYTES} visible ASCII characters without spaces`;

/** Whether a text can be a token: it fits into a header (RFC 9110, section 5.5), a query and a `hello` alike. */
export function isToken(text: string): boolean {
  return text.length <= MAX_TOKEN_BYTES && TOKEN.test(text);
}

/** The header of the upgrade response in which the hub tells a client its own id. */
export const CLIENT_ID_HEADER = 'Hub-Client-Id';

const STOP_STATUSES = new Set([400, 401, 403, 404, 405, 426]);

/** Whether an HTTP answer to the upgrade tells a client not to come back; any other status means retry. */
export function httpStatusMeansStop(status: number): boolean {
  return STOP_STATUSES.has(status);
}
