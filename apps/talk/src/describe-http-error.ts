import type { HubHttpError } from '@ws-hub/hub-client/http';

const NOT_FOUND = 404;

/** Why a request or an event stream failed, in words. */
export function describeHttpError({ status, message }: HubHttpError): string {
  return status === NOT_FOUND
    ? `${message}; a hub answers HTTP where it has API keys, or asks for tokens`
    : message;
}
