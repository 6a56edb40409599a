import { Account } from '../backpressure/account.js';
import type { Connection } from '../connection/connection.js';

/** A user of the operator's, and the connections of all its clients to this hub. */
export class User {
  readonly connections = new Set<Connection>();

  /** @param account charged for all of them */
  constructor(
    readonly name: string,
    readonly account: Account,
  ) {}
}

/** Maximum number of accounts kept of users that have left; the most recent stay. Reconnecting must not reset a rate. */
const MAX_LEFT = 4_096;

/** The users that are connected to this hub. */
export class Users {
  private readonly present = new Map<string, User>();
  private readonly left = new Map<string, Account>();

  /** @param maxConnections per user; 0 means no limit */
  constructor(private readonly maxConnections: number) {}

  connectionsOf(name: string): ReadonlySet<Connection> {
    return this.present.get(name)?.connections ?? NONE;
  }

  /** The account of all clients of a user, whether or not one is connected. */
  accountOf(name: string): Account {
    const present = this.present.get(name);
    if (present !== undefined) return present.account;
    const account = this.left.get(name) ?? new Account();
    this.keep(name, account);
    return account;
  }

  /** Whether a user may have another connection. */
  hasRoom(name: string): boolean {
    return this.maxConnections === 0 || this.connectionsOf(name).size < this.maxConnections;
  }

  /** Assigns the connection to a user, or to none if there is no name. */
  assign(connection: Connection, name: string | undefined): void {
    if (connection.user?.name === name) return;
    this.remove(connection);
    connection.user = undefined;
    if (name === undefined) return;
    const user = this.present.get(name) ?? this.comeBack(name);
    user.connections.add(connection);
    connection.user = user;
  }

  /** The connection keeps its user: earlier input is still charged to it. */
  remove(connection: Connection): void {
    const { user } = connection;
    if (user === undefined) return;
    user.connections.delete(connection);
    if (user.connections.size === 0 && this.present.get(user.name) === user) this.goAway(user);
  }

  private comeBack(name: string): User {
    const user = new User(name, this.left.get(name) ?? new Account());
    this.left.delete(name);
    this.present.set(name, user);
    return user;
  }

  private goAway({ name, account }: User): void {
    this.present.delete(name);
    this.keep(name, account);
  }

  private keep(name: string, account: Account): void {
    // Inserted again, so that it is the newest.
    this.left.delete(name);
    this.left.set(name, account);
    if (this.left.size <= MAX_LEFT) return;
    const [first = ''] = this.left.keys();
    this.left.delete(first);
  }
}

const NONE: ReadonlySet<Connection> = new Set();
