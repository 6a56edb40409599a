import { CLOSE } from '@ws-hub/protocol';
import type { Connection } from '../connection/connection.js';
import type { Identity } from '../connection/identities.js';
import type { HubEvents } from '../events.js';
import type { Guard } from '../guard.js';
import type { HubOptions } from '../hub-options.js';
import type { Located, MessageLog, Position } from '../log/index.js';
import type { Subscriptions } from './subscriptions.js';

/** Who begins to listen, and to what. */
export interface JoinRequest {
  readonly clientId: string;
  readonly channels: ReadonlySet<string>;
  /** The position up to which the client has everything, as it travels; without it everything begins now. */
  readonly since?: string | undefined;
}

/** What a client is told when it begins to listen. */
export interface Greeting {
  /** Its place in the order, to keep and to send back. */
  readonly position: Position;
  /** The same as it travels. */
  readonly positionText: string;
  /** Whether it hears all that it missed; also true where it did not ask for that. */
  readonly recovered: boolean;
}

type Greet = (greeting: Greeting) => void;

/** Lets connections begin to listen, at the head of the order or where they had been. */
export class Joining {
  constructor(
    private readonly options: Pick<HubOptions, 'maxConnectionsPerIdentity'>,
    private readonly log: MessageLog,
    private readonly subscriptions: Subscriptions,
    private readonly events: HubEvents,
    private readonly guard: Guard,
  ) {}

  join(connection: Connection, request: JoinRequest, greet: Greet | undefined, listens: () => void): void {
    const begin = (since?: Position, recovered = true) => {
      const position = since ?? this.log.head;
      greet?.({ position, positionText: this.log.textOf(position), recovered });
      this.subscriptions.begin(connection, request.clientId, request.channels, since);
      listens();
    };
    if (request.since === undefined) begin();
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

  /** Nothing more of this client is handled until the log has answered. */
  private locate(
    connection: Connection,
    { clientId, channels }: JoinRequest,
    since: string,
    begin: (since: Position | undefined, recovered: boolean) => void,
  ): void {
    connection.pause('hello');
    const located = (answer: Located) => {
      try {
        if (connection.isOpen) this.located(connection, answer, begin);
      } finally {
        connection.resume('hello');
      }
    };
    const end = () => connection.close(CLOSE.internalError, 'internal error');
    this.log.locate(
      since,
      channels,
      (answer) => this.guard.run('hello', () => located(answer), end),
      clientId,
    );
  }

  private located(
    connection: Connection,
    answer: Located,
    begin: (since: Position | undefined, recovered: boolean) => void,
  ): void {
    if (answer.result === 'unavailable') {
      connection.close(CLOSE.tryAgainLater, 'the log cannot be reached');
      return;
    }
    const recovered = answer.result === 'found';
    this.events.resumed(recovered);
    begin(recovered ? answer.position : undefined, recovered);
  }
}
