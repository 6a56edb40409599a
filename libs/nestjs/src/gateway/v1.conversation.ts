import {
  type Connection,
  type Greeting,
  type Hub,
  type Outcome,
  type Position,
  type Receiver,
  v1Frame,
} from '@ws-hub/hub';
import {
  CLOSE,
  type ClientMessage,
  type ErrorCode,
  type Hello,
  type HubMessage,
  type Publish,
} from '@ws-hub/protocol';
import type { Sessions } from './sessions.js';
import { type Read, readMessage } from './v1.read.js';

const MAX_BAD_REQUESTS = 10;
const MAX_REASON_BYTES = 120;

/** What a conversation goes by, and what its welcome tells. */
export interface V1Options {
  readonly helloTimeoutMs: number;
  readonly maxChannelsPerConnection: number;
  readonly pingIntervalMs: number;
  readonly maxPayload: number;
}

/** One connection that speaks hub.v1 (PROTOCOL.md, section 2). */
export class V1Conversation implements Receiver {
  private isGreeted = false;
  private badRequests = 0;
  private badSessions = 0;
  private helloTimer: NodeJS.Timeout | undefined;
  /** The last position that the client was told of; undefined before its welcome. */
  private told: Position | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly hub: Hub,
    private readonly sessions: Sessions,
    private readonly options: V1Options,
  ) {
    const { helloTimeoutMs } = options;
    this.helloTimer = setTimeout(() => {
      connection.close(CLOSE.helloTimeout, `no hello within ${helloTimeoutMs} ms`);
    }, helloTimeoutMs).unref();
  }

  /** The connection has ended; or its hello has come, and no other is waited for. */
  end(): void {
    clearTimeout(this.helloTimer);
    this.helloTimer = undefined;
  }

  receive(_connection: Connection, data: Buffer): void {
    const read = readMessage(data, this.options.maxChannelsPerConnection);
    if (!this.isGreeted) this.greet(read);
    else if ('problem' in read) this.badRequest(read.problem, read.key);
    else this.handle(read.message);
  }

  /**
   * A sign of life is asked for, and the cursor told if it has moved: also where nothing was said on the channels. Not
   * during a replay, whose end is what a position means then.
   */
  probe(connection: Connection): void {
    const cursor = this.isGreeted ? this.hub.cursorOf(connection) : undefined;
    if (cursor !== undefined && (this.told === undefined || cursor > this.told)) {
      this.told = cursor;
      this.send({ type: 'position', position: this.hub.textOf(cursor) });
    }
    this.send({ type: 'ping' });
  }

  private greet(read: Read): void {
    if ('problem' in read || read.message.type !== 'hello') {
      const problem = 'problem' in read ? read.problem : `it is a ${read.message.type}`;
      this.connection.close(CLOSE.badHello, reasonOf(`the first message must be a hello: ${problem}`));
      return;
    }
    const hello = read.message;
    const clientId = this.clientIdOf(hello);
    if (clientId === undefined) this.badSession();
    else this.listen(hello, clientId);
  }

  private listen({ channels, since }: Hello, clientId: string): void {
    this.end();
    const { connection } = this;
    const request = { clientId, channels: new Set(channels ?? [connection.channel]), since };
    this.hub.listen(connection, request, (greeting) => this.welcome(clientId, greeting));
  }

  /** Who says hello; undefined for a bad session, and for one of somebody else than the authorizer has named. */
  private clientIdOf({ session }: Hello): string | undefined {
    const { clientId, member } = this.connection;
    if (session === undefined) return clientId;
    const proven = this.sessions.verify(session);
    return member.isAuthenticated === true && proven !== clientId ? undefined : proven;
  }

  private badSession(): void {
    if (++this.badSessions > 1) {
      this.connection.close(CLOSE.badHello, 'hello: a second bad session');
      return;
    }
    this.refuse('bad_session', 'the session is not of this hub; send a hello without it');
  }

  private welcome(clientId: string, { position, positionText, recovered }: Greeting): void {
    this.isGreeted = true;
    this.told = position;
    this.send({
      type: 'welcome',
      client_id: clientId,
      session: this.sessions.issue(clientId),
      position: positionText,
      recovered,
      ping_interval: this.options.pingIntervalMs,
      max_payload: this.options.maxPayload,
    });
  }

  private handle(message: ClientMessage): void {
    const { hub, connection } = this;
    const { type } = message;
    if (type === 'publish') {
      this.publish(message);
      return;
    }
    if (type === 'pong') {
      hub.answered(connection);
      return;
    }
    hub.countRequest(connection);
    if (type === 'subscribe') this.subscribe(message.channels);
    else if (type === 'unsubscribe') this.unsubscribe(message.channels);
    else if (type === 'ping') this.send({ type: 'pong' });
    else if (type === 'hello') this.badRequest('hello was said already');
  }

  private publish({ key, channel = this.connection.channel, content }: Publish): void {
    const { hub, connection } = this;
    const { clientId } = connection;
    const settled = (outcome: Outcome) => {
      if (outcome.result === 'stored') return;
      hub.guard.run(
        'outcome',
        () => this.notStored(key, outcome),
        () => connection.close(CLOSE.internalError, 'internal error'),
      );
    };
    hub.publish({ clientId, channel, content, key }, settled, connection);
  }

  private notStored(key: string, outcome: Exclude<Outcome, { result: 'stored' }>): void {
    const { counters } = this.hub;
    if (outcome.result === 'unavailable') {
      counters.unavailable++;
      this.refuse('unavailable', outcome.reason, key);
    } else {
      counters.duplicates++;
      this.acknowledgeAgain(key, outcome.position);
    }
  }

  /** If it is still on its way to this client, its ack in the order is the answer. */
  private acknowledgeAgain(key: string, position: Position): void {
    if (this.hub.isAhead(this.connection, position)) return;
    this.send({ type: 'ack', key, id: this.hub.textOf(position), duplicate: true });
  }

  private subscribe(channels: readonly string[]): void {
    const position = this.hub.subscribe(this.connection, channels);
    if (position === undefined) this.badRequest(`at most ${this.options.maxChannelsPerConnection} channels`);
    else this.send({ type: 'subscribed', channels, position });
  }

  private unsubscribe(channels: readonly string[]): void {
    const position = this.hub.unsubscribe(this.connection, channels);
    this.send({ type: 'unsubscribed', channels, position });
  }

  private badRequest(problem: string, key?: string): void {
    this.refuse('bad_request', problem, key);
    if (++this.badRequests >= MAX_BAD_REQUESTS)
      this.connection.expel(CLOSE.policyViolation, 'too many bad requests');
  }

  private refuse(code: ErrorCode, message: string, key?: string): void {
    this.send({ type: 'error', code, message, key });
  }

  private send(message: HubMessage): void {
    if (this.connection.isOpen) this.hub.tell(this.connection, v1Frame(message));
  }
}

function reasonOf(text: string): string {
  return Buffer.from(text)
    .subarray(0, MAX_REASON_BYTES)
    .toString()
    .replace(/\uFFFD+$/, '');
}
