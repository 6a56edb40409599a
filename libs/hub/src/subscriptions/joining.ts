import { CLOSE } from '@ws-hub/protocol';
import type { Connection } from '../connection/connection.js';
import type { Identity } from '../connection/identities.js';
import type { HubEvents } from '../events.js';
import type { Guard } from '../guard.js';
import type { HubOptions } from '../hub-options.js';
import { type Located, type MessageLog, type Position, readPosition } from '../log/index.js';
import type { Beginning } from './beginning.js';
import type { Subscriptions } from './subscriptions.js';

/** Who begins to listen, and to what. */
export interface JoinRequest {
  readonly clientId: string;
  readonly channels: ReadonlySet<string>;
  /** The position up to which the client has everything, as it travels; without it everything begins now. */
  readonly since?: string | undefined;
  /** A position from which on the client has proven that it was there: what follows is no history to it. */
  readonly knownSince?: string | undefined;
}

/** What a client is told when it begins to listen. */
export interface Greeting {
  /** Its place in the order, to keep and to send back. */
  readonly position: Position;
  /** The same as it travels. */
  readonly positionText: string;
  /** The head of the order, as text: what comes later is no history to this client. */
  readonly headText: string;
  /** Whether it hears all that it missed; also true where it did not ask for that. */
  readonly recovered: boolean;
  /** Channels that it asked for and may not hear. */
  readonly refused: readonly string[];
}

type Greet = (greeting: Greeting) => void;
type Begin = (since: Position | undefined, gap: Beginning['gap']) => void;

/** Lets connections begin to listen, at the head of the order or where they had been. */
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

  /** A client has only so many connections. The oldest goes: it is most likely half dead, and its client has come back. */
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

  /** What of a request its client may hear, and what it may not. */
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

  /** Whether a client may read what lies behind a position: it was there, or it has the right to the history of all. */
  private mayReplay({ access }: Connection, after: Position, request: JoinRequest): boolean {
    if (access === undefined) return true;
    const known = this.knownIn(request);
    if (known !== undefined && after >= known) return true;
    // Of no channels there is no history that it could have the right to.
    const channels = [...request.channels];
    return channels.length > 0 && channels.every((channel) => access.may('history', channel));
  }

  private knownIn({ knownSince }: JoinRequest): Position | undefined {
    return knownSince === undefined ? undefined : readPosition(knownSince, this.log.epoch);
  }

  /** Nothing more of this client is handled until the log has answered. */
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
