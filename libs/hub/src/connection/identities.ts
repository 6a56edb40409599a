import { envelopePrefix } from '@ws-hub/protocol';
import type { Identity as Named } from '../audience/audience.js';
import { Account } from '../backpressure/account.js';
import type { Connection } from './connection.js';

/** An identity and its listening connections. Two are normal: a half-dead one and its successor. */
export class Identity implements Named {
  readonly connections: Connection[] = [];
  readonly prefix: string;
  private ownAccount: Account | undefined;

  /** @param account of its former connections */
  constructor(
    readonly clientId: string,
    account?: Account,
  ) {
    this.prefix = envelopePrefix(clientId);
    this.ownAccount = account;
  }

  /** The account of all its connections. */
  get account(): Account {
    this.ownAccount ??= new Account();
    return this.ownAccount;
  }

  /** Whether it has an account yet. */
  get hasAccount(): boolean {
    return this.ownAccount !== undefined;
  }
}

/** Maximum number of accounts kept of clients that have left; the most recent stay. Reconnecting must not reset a rate. */
const MAX_LEFT = 4_096;

/** All clients that listen now, and the accounts of clients that left recently. */
export class Identities {
  private readonly present = new Map<string, Identity>();
  private readonly left = new Map<string, Account>();

  get(clientId: string): Identity | undefined {
    return this.present.get(clientId);
  }

  /** The account of a client, whether or not it listens. */
  accountOf(clientId: string): Account {
    const present = this.present.get(clientId);
    if (present !== undefined) return present.account;
    const account = this.left.get(clientId) ?? new Account();
    this.keep(clientId, account);
    return account;
  }

  /** Assigns the connection to the client. */
  add(connection: Connection, clientId: string): Identity {
    const identity = this.present.get(clientId) ?? this.comeBack(clientId);
    identity.connections.push(connection);
    return identity;
  }

  remove(connection: Connection): void {
    const { connections, clientId } = connection.identity;
    const at = connections.indexOf(connection);
    if (at !== -1) connections.splice(at, 1);
    // A newer identity object of this name may exist since this one lost its last connection.
    if (connections.length === 0 && this.present.get(clientId) === connection.identity)
      this.goAway(connection.identity);
  }

  private comeBack(clientId: string): Identity {
    const identity = new Identity(clientId, this.left.get(clientId));
    this.left.delete(clientId);
    this.present.set(clientId, identity);
    return identity;
  }

  private goAway(identity: Identity): void {
    this.present.delete(identity.clientId);
    if (identity.hasAccount) this.keep(identity.clientId, identity.account);
  }

  private keep(clientId: string, account: Account): void {
    // Inserted again, so that it is the newest.
    this.left.delete(clientId);
    this.left.set(clientId, account);
    if (this.left.size <= MAX_LEFT) return;
    const [first = ''] = this.left.keys();
    this.left.delete(first);
  }
}
