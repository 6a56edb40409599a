import { bytes, count, presetsOf } from '@ws-hub/hub';

const MIB = 1024 * 1024;

/** The options of HTTP that are numbers; their descriptions are in the server's `--help`. */
export const HTTP_LIMITS = {
  /** Bytes of the body of a request; more get 413. */
  maxHttpBody: bytes(MIB, 1_024, 64 * MIB),
  /** Requests a second of one address that has shown no API key or token; more get 429. */
  maxHttpRatePerIp: count(50, 0),
};

/** The token under which `HttpOptions` are injected. */
export const HTTP_OPTIONS = Symbol('HTTP_OPTIONS');

/** What HTTP goes by. */
export interface HttpOptions extends Readonly<Record<keyof typeof HTTP_LIMITS, number>> {
  /** The path of a file of API keys (`ws-hub key create`); empty for none. */
  readonly apiKeysFile: string;
  /** Web pages that may send requests; empty: those of `allowedOrigins`. */
  readonly httpCorsOrigins: readonly string[];
}

export const HTTP_DEFAULTS: HttpOptions = {
  ...presetsOf(HTTP_LIMITS),
  apiKeysFile: '',
  httpCorsOrigins: [],
};

/** Where the routes are: below the global prefix of the application, if it has one. */
export const HTTP_PATH = 'v1';
