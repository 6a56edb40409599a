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

/** How long after a failure the log is told again. */
const TELL_AGAIN_MS = 2_000;
/** So many connections are closed in one turn of the event loop. */
const CLOSED_AT_ONCE = 200;

/** Gives connections their rights, and takes them away: with a new token, at its end, or because it was revoked. */
export class AccessControl {
  /** Revocations that the log is not known to have, by their names; no more than there may be in force. */
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
    clearTimeout(this.telling);
    this.parts.expiries.stop();
  }

  /** In force here at once, whether or not the log can be reached; and on all hubs when it is stored. */
  async revoke(revocation: Revocation): Promise<void> {
    const { revocations } = this.parts;
    if (!revocations.hasRoomFor(revocation))
      throw new NoticeError('full', `no more than ${MAX_NOTICES} revocations are kept`);
    const merged = revocations.merged(revocation);
    this.putIntoForce(merged);
    await this.tellAll(merged);
  }

  /**
   * A notice may be heard more than once. The log keeps the last one of a name: if two hubs revoke at the same time, that
   * may be the one which says less, and whoever knows better says so again.
   */
  private heard(notice: Notice): void {
    const revocation = readRevocation(notice);
    this.putIntoForce(revocation);
    const { revocations, guard } = this.parts;
    if (!revocations.isStrongerThan(revocation)) return;
    this.tellAll(revocations.merged(revocation)).catch((error: unknown) => guard.failed('revocation', error));
  }

  /** What the log does not take is told to it again, for as long as this hub runs. */
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
      // One at a time: the log is away for all of them or for none.
      const [revocation] = this.untold.values();
      if (revocation !== undefined)
        this.tellAll(revocation).catch(() => {
          // Whoever revoked was told, and the log's own events say that it is away; it is told again.
        });
    }, TELL_AGAIN_MS).unref();
  }

  /** Whether it does not count any longer: revoked, or expired and the grace is over. */
  isOver(access: Access): boolean {
    const { revocations, expiries } = this.parts;
    return revocations.isRevoked(access) || expiries.isOver(access);
  }

  private putIntoForce(revocation: Revocation): void {
    const { revocations, events } = this.parts;
    // All notices are heard again after each trouble of the log: to look at every connection for each would take minutes.
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
