import type { HubHttpError } from '@ws-hub/hub-client/http';

/** Whether what answers speaks no HTTP of a hub: then it has no problem to tell. */
export function isNoHub({ status, title }: HubHttpError): boolean {
  return status !== undefined && title === '';
}

/** Why a request or an event stream failed, in words. */
export function describeHttpError(error: HubHttpError): string {
  return isNoHub(error)
    ? `HTTP ${error.status}; a hub serves HTTP only if it has API keys or requires tokens`
    : error.message;
}
