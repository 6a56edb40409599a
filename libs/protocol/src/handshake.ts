/** The path of the WebSocket endpoint. */
export const HUB_PATH = '/ws';

/** The query parameter that selects a channel. */
export const CHANNEL_PARAMETER = 'channel';

/** The query parameter for a token, for clients that can set neither a header nor a subprotocol. */
export const ACCESS_TOKEN_PARAMETER = 'access_token';

/** A subprotocol that carries a token: this prefix, and the token in base64url. A hub never selects it. */
export const TOKEN_PROTOCOL_PREFIX = 'hub.token.';

/** Maximum bytes of a token. A longer one is rejected without parsing. */
export const MAX_TOKEN_BYTES = 4_096;

const TOKEN = /^[!-~]+$/;

/** The rule for a token, as error messages state it. */
export const TOKEN_RULE = `1-${MAX_TOKEN_BYTES} visible ASCII characters without spaces`;

/** Whether a text is a valid token: it fits into a header (RFC 9110, section 5.5), a query and a `hello`. */
export function isToken(text: string): boolean {
  return text.length <= MAX_TOKEN_BYTES && TOKEN.test(text);
}

/** The header of the upgrade response with the client's own id. */
export const CLIENT_ID_HEADER = 'Hub-Client-Id';

const STOP_STATUSES = new Set([400, 401, 403, 404, 405, 426]);

/** Whether the HTTP response to an upgrade tells a client not to reconnect. Any other status means retry. */
export function httpStatusMeansStop(status: number): boolean {
  return STOP_STATUSES.has(status);
}
