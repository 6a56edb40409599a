import type { IncomingMessage } from 'node:http';

/** A handshake that is right in itself and has room: path, headers, origin and caps were looked at before. */
export interface ConnectRequest {
  /** The request as Node has read it; its body is none. */
  readonly request: IncomingMessage;
  /** The channel that its URL names. */
  readonly channel: string;
  /** The client's address, behind trusted proxies as well. */
  readonly remoteAddress: string;
}

/** Whether somebody may connect. */
export type Verdict =
  | {
      readonly allowed: true;
      /** Who it is: 1-128 visible ASCII characters; left out, the hub makes up a name. */
      readonly clientId?: string;
    }
  | {
      readonly allowed: false;
      /** The HTTP status of the answer, from 400 to 599. Clients come back after some and not after others: PROTOCOL.md. */
      readonly status: number;
      /** For the person at the other end. */
      readonly reason: string;
    };

/**
 * Decides who may connect. Extend it and name it in the module's options: `HubModule.forRoot({ authorizer: Mine })`.
 *
 * It is asked once for each handshake. One that throws, or is late (`authTimeoutMs`), refuses with 503.
 */
export abstract class HubAuthorizer {
  abstract connect(request: ConnectRequest): Verdict | Promise<Verdict>;
}

const ALLOWED: Verdict = { allowed: true };

/** The default: everybody may. */
export class OpenAuthorizer extends HubAuthorizer {
  connect(): Verdict {
    return ALLOWED;
  }
}
