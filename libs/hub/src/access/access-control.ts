import { CLOSE } from '@ws-hub/protocol';
import type { Connection } from '../connection/connection.js';
import type { HubEvents } from '../events.js';
import type { Guard } from '../guard.js';
import type { MessageLog, Position } from '../log/index.js';
import { MAX_NOTICES, type Notice, NoticeError } from '../log/notice.js';
import type { Subscriptions } from '../subscriptions/subscriptions.js';
import type { Clock } from '../time/clock.js';
import type { Access } from './access.js';
import type { Expiries } from './expiries.js';
import { readRevocation, revocationNotice } from './revocation-notice.js';
import type { Revocation, Revocations } from './revocations.js';
import type { Users } from './users.js';

/** Why somebody with a good token stays out all the same. */
export type AccessProblem = 'revoked' | 'too_many_connections';

/** What new rights have taken away. */
export interface LostChannels {
  readonly channels: readonly string[];
  /** Up to where they were heard. */
  readonly position: Position;
}

/** What access control works with. */
export interface AccessParts {
  readonly users: Users;
  readonly expiries: Expiries;
  readonly revocations: Revocations;
  readonly subscriptions: Subscriptions;
  readonly events: HubEvents;
  readonly guard: Guard;
  readonly clock: Clock;
}

/** So many connections are closed in one turn of the event loop. */
const CLOSED_AT_ONCE = 200;

/** Gives connections their rights, and takes them away: with a new token, at its end, or because it was revoked. */
export class AccessControl {
  constructor(
    private readonly parts: AccessParts,
    private readonly log: MessageLog,
    private readonly all: ReadonlySet<Connection>,
  ) {}

  /** @param connection one of the same user that there is already, which makes no room for itself */
  problemOf(access: Access, connection?: Connection): AccessProblem | undefined {
    const { users, revocations } = this.parts;
    if (revocations.isRevoked(access)) return 'revoked';
    const { user } = access;
    if (user === undefined || connection?.user?.name === user || users.hasRoom(user)) return undefined;
    return 'too_many_connections';
  }

  /**
   * @param access undefined: everything
   * @returns the channels that it may not hear any longer; undefined if there are none
   */
  set(connection: Connection, access: Access | undefined): LostChannels | undefined {
    const { users, expiries, events } = this.parts;
    connection.access = access;
    users.assign(connection, access?.user);
    expiries.watch(connection);
    if (access === undefined) return undefined;
    events.granted(connection, access, connection.subscription !== undefined);
    return this.takeAway(connection, access);
  }

  left(connection: Connection): void {
    this.parts.users.remove(connection);
    this.parts.expiries.forget(connection);
  }

  stop(): void {
    this.parts.expiries.stop();
  }

  /** In force here at once, whether or not the log can be reached; and on all hubs when it is stored. */
  async revoke(revocation: Revocation): Promise<void> {
    const { revocations } = this.parts;
    if (!revocations.hasRoomFor(revocation))
      throw new NoticeError('full', `no more than ${MAX_NOTICES} revocations are kept`);
    const merged = revocations.merged(revocation);
    this.putIntoForce(merged);
    await this.log.post(revocationNotice(merged, this.parts.clock.unixMs()));
  }

  /** A notice may be heard more than once. */
  heard(notice: Notice): void {
    const revocation = readRevocation(notice);
    if (revocation !== undefined) this.putIntoForce(revocation);
  }

  private putIntoForce(revocation: Revocation): void {
    const { revocations, events } = this.parts;
    const isNews = revocations.add(revocation);
    const revoked = [...this.candidates(revocation)].filter(
      ({ access }) => access !== undefined && revocations.isRevoked(access),
    );
    if (isNews || revoked.length > 0) events.revoked(revocation, revoked.length);
    this.end(revoked);
  }

  private candidates({ user, tokenId }: Revocation): Iterable<Connection> {
    return user !== undefined && tokenId === undefined ? this.parts.users.connectionsOf(user) : this.all;
  }

  private end(connections: readonly Connection[], from = 0): void {
    for (const connection of connections.slice(from, from + CLOSED_AT_ONCE))
      this.parts.guard.run('revocation', () => connection.close(CLOSE.unauthorized, 'the token is revoked'));
    const next = from + CLOSED_AT_ONCE;
    if (next < connections.length) setImmediate(() => this.end(connections, next));
  }

  private takeAway(connection: Connection, access: Access): LostChannels | undefined {
    const { subscriptions, events } = this.parts;
    const heard = [...subscriptions.channelsOf(connection)];
    const channels = heard.filter((channel) => !access.may('subscribe', channel));
    if (channels.length === 0) return undefined;
    events.forbidden(connection, 'subscribe', channels);
    return { channels, position: subscriptions.change(connection, channels, false) };
  }
}
