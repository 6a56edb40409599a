import { CLOSE } from '@ws-hub/protocol';
import type { Connection } from '../connection/connection.js';
import type { Identity } from '../connection/identities.js';
import type { HubEvents } from '../events.js';
import type { Guard } from '../guard.js';
import type { HubOptions } from '../hub-options.js';
import { type Located, type MessageLog, type Position, readPosition } from '../log/index.js';
import type { Beginning } from './beginning.js';
import type { Subscriptions } from './subscriptions.js';

/** A client that begins to listen, and its channels. */
export interface JoinRequest {
  readonly clientId: string;
  readonly channels: ReadonlySet<string>;
  /** The position up to which the client has everything, as text. Without it everything begins now. */
  readonly since?: string | undefined;
  /** A position from which on the client has proved that it was there: what follows is not history to it. */
  readonly knownSince?: string | undefined;
}

/** What a client is told when it begins to listen. */
export interface Greeting {
  /** Its place in the order, to keep and to send back. */
  readonly position: Position;
  /** The same as text. */
  readonly positionText: string;
  /** The head of the order, as text: later messages are not history to this client. */
  readonly headText: string;
  /** Whether it receives everything that it missed; also true if it did not ask to resume. */
  readonly recovered: boolean;
  /** Channels that it requested but may not subscribe to. */
  readonly refused: readonly string[];
}

type Greet = (greeting: Greeting) => void;
type Begin = (since: Position | undefined, gap: Beginning['gap']) => void;

/** Starts subscriptions, at the head of the order or at the client's position. */
export class Joining {
  constructor(
    private readonly options: Pick<HubOptions, 'maxConnectionsPerIdentity'>,
    private readonly log: MessageLog,
    private readonly subscriptions: Subscriptions,
    private readonly events: HubEvents,
    private readonly guard: Guard,
  ) {}

  join(
    connection: Connection,
    asked: JoinRequest,
    greet: Greet | undefined,
    listens: (beginning: Beginning) => void,
  ): void {
    const { request, refused } = this.judge(connection, asked);
    const begin: Begin = (since, gap) => {
      const position = since ?? this.log.head;
      const positionText = this.log.textOf(position);
      const headText = this.log.textOf(this.log.head);
      greet?.({ position, positionText, headText, recovered: gap === undefined, refused });
      const known = this.knownIn(request);
      this.subscriptions.begin(connection, request.clientId, request.channels, since, known);
      const isReplay = since !== undefined;
      listens({ position, isReplay, text: request.since, gap, channels: request.channels, refused });
    };
    if (request.since === undefined) begin(undefined, undefined);
    else this.locate(connection, request, request.since, begin);
  }

  /**
   * The number of connections per client is limited. The oldest is closed: it is most likely half dead, and its client
   * has reconnected.
   */
  boundConnections({ connections }: Identity): void {
    const { maxConnectionsPerIdentity } = this.options;
    const [oldest] = connections;
    if (connections.length <= maxConnectionsPerIdentity || oldest === undefined) return;
    this.events.violation(oldest, 'identity');
    this.subscriptions.leave(oldest);
    oldest.close(
      CLOSE.policyViolation,
      `a client may have ${maxConnectionsPerIdentity} connections at a time`,
    );
  }

  /** Splits the requested channels into those that the client may subscribe to, and the others. */
  private judge(connection: Connection, request: JoinRequest) {
    const { access } = connection;
    if (access === undefined) return { request, refused: [] };
    const refused = [...request.channels].filter((channel) => !access.may('subscribe', channel));
    if (refused.length === 0) return { request, refused };
    this.events.forbidden(connection, 'subscribe', refused);
    const channels = new Set(request.channels);
    for (const channel of refused) channels.delete(channel);
    return { request: { ...request, channels }, refused };
  }

  /** Whether a client may replay from a position: it was there, or it has the right to the history of all channels. */
  private mayReplay({ access }: Connection, after: Position, request: JoinRequest): boolean {
    if (access === undefined) return true;
    const known = this.knownIn(request);
    if (known !== undefined && after >= known) return true;
    // Without channels there is no right to history to check.
    const channels = [...request.channels];
    return channels.length > 0 && channels.every((channel) => access.may('history', channel));
  }

  private knownIn({ knownSince }: JoinRequest): Position | undefined {
    return knownSince === undefined ? undefined : readPosition(knownSince, this.log.epoch);
  }

  /** Further input of this client waits until the log has answered. */
  private locate(connection: Connection, request: JoinRequest, since: string, begin: Begin): void {
    connection.pause('hello');
    const located = (answer: Located) => {
      try {
        if (connection.isOpen) this.located(connection, request, answer, begin);
      } finally {
        connection.resume('hello');
      }
    };
    const end = () => connection.close(CLOSE.internalError, 'internal error');
    this.log.locate(
      since,
      request.channels,
      (answer) => this.guard.run('hello', () => located(answer), end),
      request.clientId,
    );
  }

  private located(connection: Connection, request: JoinRequest, answer: Located, begin: Begin): void {
    if (answer.result === 'unavailable') {
      connection.close(CLOSE.tryAgainLater, 'the log cannot be reached');
      return;
    }
    const found = answer.result === 'found' ? answer.position : undefined;
    const recovered = found !== undefined && this.mayReplay(connection, found, request);
    this.events.resumed(recovered);
    if (recovered) begin(found, undefined);
    else begin(undefined, found === undefined ? 'gone' : 'forbidden');
  }
}
