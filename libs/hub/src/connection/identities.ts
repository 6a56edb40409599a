import { envelopePrefix } from '@ws-hub/protocol';
import type { Identity as Named } from '../audience/audience.js';
import { Account } from '../backpressure/account.js';
import type { Connection } from './connection.js';

/** Who somebody is, and the connections on which they listen at the moment: a half-dead one beside its successor is normal. */
export class Identity implements Named {
  readonly connections: Connection[] = [];
  readonly prefix: string;
  private ownAccount: Account | undefined;

  /** @param account what it has caused lately, on connections that are gone */
  constructor(
    readonly clientId: string,
    account?: Account,
  ) {
    this.prefix = envelopePrefix(clientId);
    this.ownAccount = account;
  }

  /** What all its connections cause. */
  get account(): Account {
    this.ownAccount ??= new Account();
    return this.ownAccount;
  }

  /** Whether it has caused anything yet. */
  get hasAccount(): boolean {
    return this.ownAccount !== undefined;
  }
}

/** So many accounts of clients that have left are kept, those who left last: a rate is not begun anew by coming back. */
const MAX_LEFT = 4_096;

/** Everybody who listens now, and what those who have just left have caused. */
export class Identities {
  private readonly present = new Map<string, Identity>();
  private readonly left = new Map<string, Account>();

  get(clientId: string): Identity | undefined {
    return this.present.get(clientId);
  }

  /** What a client causes, whether or not it listens. */
  accountOf(clientId: string): Account {
    const present = this.present.get(clientId);
    if (present !== undefined) return present.account;
    const account = this.left.get(clientId) ?? new Account();
    this.keep(clientId, account);
    return account;
  }

  /** The connection is one of this client from now on. */
  add(connection: Connection, clientId: string): Identity {
    const identity = this.present.get(clientId) ?? this.comeBack(clientId);
    identity.connections.push(connection);
    return identity;
  }

  remove(connection: Connection): void {
    const { connections, clientId } = connection.identity;
    const at = connections.indexOf(connection);
    if (at !== -1) connections.splice(at, 1);
    // Another identity object of this name may have come since this one was left by its last connection.
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
    // Anew, so that it is the newest.
    this.left.delete(clientId);
    this.left.set(clientId, account);
    if (this.left.size <= MAX_LEFT) return;
    const [first = ''] = this.left.keys();
    this.left.delete(first);
  }
}
