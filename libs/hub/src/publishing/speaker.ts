import type { Access } from '../access/access.js';
import type { Account } from '../backpressure/account.js';

/** Somebody who publishes: a connection, or a client of another kind. */
export interface Publisher {
  readonly clientId: string;
  readonly remoteAddress: string;
  /** The channel that it asked for at first; empty if it named none. */
  readonly channel: string;
  /** What it may do; undefined: everything. */
  readonly access: Access | undefined;
  /** Whether it is still there: what was read before it left is judged more strictly. */
  readonly isOpen: boolean;
  messagesIn: number;
}

/** A client that publishes without a connection, such as over HTTP. It hears nothing, and waits for no ack in the order. */
export class Speaker implements Publisher {
  readonly isOpen = true;
  messagesIn = 0;

  /** @param account what all requests of this client cause; of `Hub.accountOf` */
  constructor(
    readonly clientId: string,
    readonly access: Access | undefined,
    readonly account: Account,
    readonly remoteAddress: string,
    readonly channel: string,
  ) {}
}
