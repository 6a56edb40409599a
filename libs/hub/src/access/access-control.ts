import { CLOSE } from '@ws-hub/protocol';
import type { Connection } from '../connection/connection.js';
import type { HubEvents } from '../events.js';
import type { Guard } from '../guard.js';
import type { MessageLog, Position } from '../log/index.js';
import { MAX_NOTICES, type Notice, NoticeError } from '../log/notice.js';
import type { NoticeBoard } from '../notices/notice-board.js';
import type { Subscriptions } from '../subscriptions/subscriptions.js';
import type { Clock } from '../time/clock.js';
import type { Access } from './access.js';
import type { Expiries } from './expiries.js';
import { REVOCATION_TOPIC, readRevocation, revocationNotice } from './revocation-notice.js';
import { nameOf, type Revocation, type Revocations } from './revocations.js';
import type { Users } from './users.js';

/** Why a client with a valid token is rejected nevertheless. */
export type AccessProblem = 'revoked' | 'too_many_connections';

/** The channels that a change of rights removed. */
export interface LostChannels {
  readonly channels: readonly string[];
  /** The position up to which they were delivered. */
  readonly position: Position;
}

/** The dependencies of access control. */
export interface AccessParts {
  readonly users: Users;
  readonly expiries: Expiries;
  readonly revocations: Revocations;
  readonly subscriptions: Subscriptions;
  readonly events: HubEvents;
  readonly guard: Guard;
  readonly clock: Clock;
}

/** How long to wait after a failure before the log is notified again. */
const TELL_AGAIN_MS = 2_000;
/** Maximum number of connections closed per turn of the event loop. */
const CLOSED_AT_ONCE = 200;

/** Grants and withdraws the rights of connections: by a new token, at its expiry, or by a revocation. */
export class AccessControl {
  /** Revocations that the log may not have yet, by name. Bounded by the maximum number in force. */
  private readonly untold = new Map<string, Revocation>();
  private telling: NodeJS.Timeout | undefined;

  constructor(
    private readonly parts: AccessParts,
    board: NoticeBoard,
    private readonly log: MessageLog,
    private readonly all: ReadonlySet<Connection>,
  ) {
    board.on(REVOCATION_TOPIC, (notice) => this.heard(notice));
  }

  /** @param connection an existing connection of the same user, which does not count against its own limit */
  problemOf(access: Access, connection?: Connection): AccessProblem | undefined {
    const { users, revocations } = this.parts;
    if (revocations.isRevoked(access)) return 'revoked';
    const { user } = access;
    if (user === undefined || connection?.user?.name === user || users.hasRoom(user)) return undefined;
    return 'too_many_connections';
  }

  /**
   * @param access undefined means everything
   * @returns the channels that it may no longer receive; undefined if there are none
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
    clearTimeout(this.telling);
    this.parts.expiries.stop();
  }

  /** Takes effect here at once, whether the log can be reached or not, and on all hubs when it is stored. */
  async revoke(revocation: Revocation): Promise<void> {
    const { revocations } = this.parts;
    if (!revocations.hasRoomFor(revocation))
      throw new NoticeError('full', `at most ${MAX_NOTICES} revocations can be kept`);
    const merged = revocations.merged(revocation);
    this.putIntoForce(merged);
    await this.tellAll(merged);
  }

  /**
   * A notice may arrive more than once. The log keeps the last one of a name. If two hubs revoke at the same time, that
   * may be the weaker one; the hub that knows the stronger one then sends it again.
   */
  private heard(notice: Notice): void {
    const revocation = readRevocation(notice);
    this.putIntoForce(revocation);
    const { revocations, guard } = this.parts;
    if (!revocations.isStrongerThan(revocation)) return;
    this.tellAll(revocations.merged(revocation)).catch((error: unknown) => guard.failed('revocation', error));
  }

  /** Posts what the log has not stored again, for as long as this hub runs. */
  private async tellAll(revocation: Revocation): Promise<void> {
    const name = nameOf(revocation);
    this.untold.set(name, revocation);
    try {
      await this.log.post(revocationNotice(revocation, this.parts.clock.unixMs()));
      if (this.untold.get(name) === revocation) this.untold.delete(name);
    } finally {
      if (this.untold.size > 0) this.tellLater();
    }
  }

  private tellLater(): void {
    this.telling ??= setTimeout(() => {
      this.telling = undefined;
      // One at a time: the log is either away for all of them or for none.
      const [revocation] = this.untold.values();
      if (revocation !== undefined)
        this.tellAll(revocation).catch(() => {
          // The caller has got the error, and the log reports its own outage. The post is retried.
        });
    }, TELL_AGAIN_MS).unref();
  }

  /** Whether the access has ended: revoked, or expired and past the grace period. */
  isOver(access: Access): boolean {
    const { revocations, expiries } = this.parts;
    return revocations.isRevoked(access) || expiries.isOver(access);
  }

  private putIntoForce(revocation: Revocation): void {
    const { revocations, events } = this.parts;
    // All notices are delivered again after each outage of the log. Checking every connection for each would take
    // minutes.
    if (!revocations.add(revocation)) return;
    const revoked = this.candidates(revocation).filter(
      ({ access }) => access !== undefined && revocations.isRevoked(access),
    );
    events.revoked(revocation, revoked.length);
    this.end(revoked);
  }

  private candidates({ user, tokenId }: Revocation): Connection[] {
    if (tokenId !== undefined) return [...this.all].filter(({ access }) => access?.tokenId === tokenId);
    return user === undefined ? [...this.all] : [...this.parts.users.connectionsOf(user)];
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
    return { channels, position: subscriptions.change(connection, channels, false, true) };
  }
}
