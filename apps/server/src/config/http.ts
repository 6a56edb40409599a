import { bytes, integer, list, option, text } from '@ws-hub/config';
import { HTTP_DEFAULTS, HTTP_LIMITS, isOrigin } from '@ws-hub/nestjs/options';

const { maxHttpBody, maxHttpRatePerIp } = HTTP_LIMITS;

/** Options of the HTTP API below /v1, which is on if there are API keys or tokens. */
export const httpOptions = {
  apiKeysFile: option(
    'API_KEYS_FILE',
    HTTP_DEFAULTS.apiKeysFile,
    text('the path of a file written by ws-hub key create, or empty'),
    'file with the API keys for the HTTP API; reloaded when it changes',
  ),
  httpCorsOrigins: option(
    'HTTP_CORS_ORIGINS',
    '',
    list(isOrigin, 'origins such as https://example.org, comma-separated, or empty'),
    'origins of web pages that may send requests below /v1, exact match; empty = those of ALLOWED_ORIGINS',
  ),
  maxHttpBody: option(
    'MAX_HTTP_BODY',
    String(maxHttpBody.preset),
    bytes(maxHttpBody.min, maxHttpBody.max),
    'maximum bytes of a request body below /v1; more get 413',
  ),
  maxHttpRatePerIp: option(
    'MAX_HTTP_RATE_PER_IP',
    String(maxHttpRatePerIp.preset),
    integer(maxHttpRatePerIp.min, maxHttpRatePerIp.max),
    'maximum HTTP requests per second and address (IPv6: per /64), not counting handshakes and requests with a valid API key or token; more get 429, 0 = no limit',
  ),
};

/** Whether any caller can have credentials for it. */
export function isHttpOn({ apiKeysFile, auth }: { apiKeysFile: string; auth: string }): boolean {
  return apiKeysFile !== '' || auth !== 'off';
}
