// Options and what they may be, for a server's configuration: nothing here needs Nest.
export * from './gateway/gateway-options.js';
export { HTTP_DEFAULTS, HTTP_LIMITS, type HttpOptions } from './http/http-options.js';
export * from './webhooks/webhook-options.js';
