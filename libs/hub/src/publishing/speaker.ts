import type { Access } from '../access/access.js';
import type { Account } from '../backpressure/account.js';

/** A publisher: a connection, or a client of another kind. */
export interface Publisher {
  readonly clientId: string;
  readonly remoteAddress: string;
  /** The channel in its URL; empty if it has none. */
  readonly channel: string;
  /** Its rights; undefined means everything. */
  readonly access: Access | undefined;
  /** Whether it is still connected. Input that was read before it left is checked more strictly. */
  readonly isOpen: boolean;
  messagesIn: number;
}

/** A client that publishes without a connection, for example over HTTP. It receives nothing, and gets no acks in order. */
export class Speaker implements Publisher {
  readonly isOpen = true;
  messagesIn = 0;

  /** @param account for all requests of this client, from `Hub.accountOf` */
  constructor(
    readonly clientId: string,
    readonly access: Access | undefined,
    readonly account: Account,
    readonly remoteAddress: string,
    readonly channel: string,
  ) {}
}
