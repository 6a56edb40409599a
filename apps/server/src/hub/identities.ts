import { envelopePrefix } from '@ws-hub/protocol';
import { Account } from './account.js';
import type { Identity as Named } from './audience.js';
import type { Connection } from './connection.js';

/** Who somebody is, and the connections on which they listen at the moment: a half-dead one beside its successor is normal. */
export class Identity implements Named {
  readonly connections: Connection[] = [];
  readonly prefix: string;
  private ownAccount: Account | undefined;

  constructor(readonly clientId: string) {
    this.prefix = envelopePrefix(clientId);
  }

  /** What all its connections cause. */
  get account(): Account {
    this.ownAccount ??= new Account();
    return this.ownAccount;
  }
}

/** Everybody who listens now; who does not takes no memory. */
export class Identities {
  private readonly present = new Map<string, Identity>();

  get(clientId: string): Identity | undefined {
    return this.present.get(clientId);
  }

  /** The connection is one of this client from now on. */
  add(connection: Connection, clientId: string): Identity {
    const identity = this.present.get(clientId) ?? new Identity(clientId);
    this.present.set(clientId, identity);
    identity.connections.push(connection);
    return identity;
  }

  remove(connection: Connection): void {
    const { connections, clientId } = connection.identity;
    const at = connections.indexOf(connection);
    if (at !== -1) connections.splice(at, 1);
    // Another identity object of this name may have come since this one was left by its last connection.
    if (connections.length === 0 && this.present.get(clientId) === connection.identity)
      this.present.delete(clientId);
  }
}
