import {
  type Connection,
  type Greeting,
  type Hub,
  type Position,
  type PublishOutcome,
  type Receiver,
  v1Frame,
} from '@ws-hub/hub';
import {
  CLOSE,
  type ClientMessage,
  type ErrorCode,
  type Hello,
  type HubMessage,
  httpStatusMeansStop,
  type Publish,
} from '@ws-hub/protocol';
import type { Grant } from './authorization.js';
import { closeReason } from './close-refused.js';
import type { Session, Sessions } from './sessions.js';
import { helloCloseCode, REVOKED, type V1Credentials } from './v1.credentials.js';
import { type Read, readMessage } from './v1.read.js';

const MAX_BAD_REQUESTS = 10;

/** Options of a conversation, and what its welcome announces. */
export interface V1Options {
  readonly helloTimeoutMs: number;
  readonly maxChannelsPerConnection: number;
  readonly pingIntervalMs: number;
  readonly maxPayload: number;
}

/** One hub.v1 connection (PROTOCOL.md, section 2). */
export class V1Conversation implements Receiver {
  private isGreeted = false;
  private badRequests = 0;
  private badSessions = 0;
  /** The client id from the token, if authentication returned one. */
  private named: string | undefined;
  private helloTimer: NodeJS.Timeout | undefined;
  /** The last position that the client was sent; undefined before its welcome. */
  private told: Position | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly hub: Hub,
    private readonly sessions: Sessions,
    private readonly credentials: V1Credentials,
    private readonly options: V1Options,
  ) {
    this.expectHello();
  }

  /** The connection has ended, or its hello has arrived and the timer is no longer needed. */
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
   * Sends a ping, and the cursor if it has moved, also when the client's channels were quiet. Not during a replay: its
   * end defines what the next position means.
   */
  probe(connection: Connection): void {
    const cursor = this.isGreeted ? this.hub.cursorOf(connection) : undefined;
    if (cursor !== undefined && (this.told === undefined || cursor > this.told)) {
      this.told = cursor;
      this.send({ type: 'position', position: this.hub.textOf(cursor) });
    }
    this.send({ type: 'ping' });
  }

  private expectHello(): void {
    const { helloTimeoutMs } = this.options;
    this.helloTimer = setTimeout(() => {
      this.connection.close(CLOSE.helloTimeout, `no hello within ${helloTimeoutMs} ms`);
    }, helloTimeoutMs).unref();
  }

  private greet(read: Read): void {
    if ('problem' in read || read.message.type !== 'hello') {
      const problem = 'problem' in read ? read.problem : `it is a ${read.message.type}`;
      this.connection.close(CLOSE.badHello, closeReason(`the first message must be a hello: ${problem}`));
      return;
    }
    this.end();
    const hello = read.message;
    if (!this.credentials.areIn(hello)) this.introduce(hello);
    else
      this.credentials.judge('hello', hello.token, (answer) => {
        if ('status' in answer) this.connection.close(helloCloseCode(answer), closeReason(answer.message));
        else this.introduce(hello, answer);
      });
  }

  /** @param grant what authentication of its token returned, if there was one */
  private introduce(hello: Hello, grant?: Grant): void {
    if (grant !== undefined) this.hub.authorize(this.connection, grant.access);
    this.named = grant?.clientId ?? this.named;
    const session = this.sessionOf(hello);
    if (session === undefined) this.badSession();
    else this.listen(hello, session);
  }

  private listen({ channels, since }: Hello, session: Session): void {
    const { connection } = this;
    const { clientId, since: knownSince } = session;
    const request = { clientId, channels: new Set(channels ?? [connection.channel]), since, knownSince };
    this.hub.listen(connection, request, (greeting) => this.welcome(session, greeting));
  }

  /**
   * The identity of the hello. Undefined for an invalid session, and for one of another client than the authorizer
   * named.
   */
  private sessionOf({ session }: Hello): Session | undefined {
    const { member, access } = this.connection;
    const name = this.named ?? (member.isAuthenticated === true ? member.clientId : undefined);
    const fresh = { clientId: name ?? member.clientId, user: access?.user, since: undefined };
    if (session === undefined) return fresh;
    const proven = this.sessions.verify(session);
    const isOther = proven?.user !== fresh.user || (name !== undefined && proven?.clientId !== name);
    return isOther ? undefined : proven;
  }

  private badSession(): void {
    if (++this.badSessions > 1) {
      this.connection.close(CLOSE.badHello, 'hello: a second bad session');
      return;
    }
    this.expectHello();
    this.refuse('bad_session', 'the session belongs to another hub or user; send a hello without it');
  }

  private welcome(session: Session, greeting: Greeting): void {
    const { position, positionText, headText, recovered, refused } = greeting;
    this.isGreeted = true;
    this.told = position;
    const { clientId, user } = session;
    const since = session.since !== undefined && this.hub.knows(session.since) ? session.since : headText;
    this.send({
      type: 'welcome',
      client_id: clientId,
      session: this.sessions.issue({ clientId, user, since }),
      position: positionText,
      recovered,
      ping_interval: this.options.pingIntervalMs,
      max_payload: this.options.maxPayload,
      user,
      expires_in: this.hub.expiresInMs(this.connection),
      refused: refused.length > 0 ? refused : undefined,
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
    if (type === 'auth') this.renew(message.token);
    else if (type === 'subscribe') this.subscribe(message.channels);
    else if (type === 'unsubscribe') this.unsubscribe(message.channels);
    else if (type === 'ping') this.send({ type: 'pong' });
    else if (type === 'hello') this.badRequest('a hello was already sent');
  }

  private publish({ key, channel = this.connection.channel, content, trace }: Publish): void {
    const { hub, connection } = this;
    const { clientId } = connection;
    const settled = (outcome: PublishOutcome) => {
      if (outcome.result === 'stored') return;
      hub.guard.run(
        'outcome',
        () => this.notStored(key, outcome),
        () => connection.close(CLOSE.internalError, 'internal error'),
      );
    };
    hub.publish({ clientId, channel, content, key, trace }, settled, connection);
  }

  private notStored(key: string, outcome: Exclude<PublishOutcome, { result: 'stored' }>): void {
    const { counters } = this.hub;
    if (outcome.result === 'forbidden') this.refuse('forbidden', outcome.reason, key);
    else if (outcome.result === 'unavailable') {
      counters.unavailable++;
      this.refuse('unavailable', outcome.reason, key);
    } else {
      counters.duplicates++;
      this.acknowledgeAgain(key, outcome.position);
    }
  }

  /** If the original is still on its way to this client, the ack in order is the answer. */
  private acknowledgeAgain(key: string, position: Position): void {
    if (this.hub.isAhead(this.connection, position)) return;
    this.send({ type: 'ack', key, id: this.hub.textOf(position), duplicate: true });
  }

  private subscribe(channels: readonly string[]): void {
    const outcome = this.hub.subscribe(this.connection, channels);
    if (outcome.result === 'subscribed')
      this.send({ type: 'subscribed', channels, position: outcome.position });
    else if (outcome.result === 'forbidden') this.refuseChannels(outcome.channels);
    else this.badRequest(`at most ${this.options.maxChannelsPerConnection} channels`);
  }

  private refuseChannels(channels: readonly string[]): void {
    const message = 'this client may not subscribe to these channels; nothing has changed';
    this.send({ type: 'error', code: 'forbidden', message, channels });
  }

  private unsubscribe(channels: readonly string[]): void {
    const position = this.hub.unsubscribe(this.connection, channels);
    this.send({ type: 'unsubscribed', channels, position });
  }

  /** The new rights apply at their place in the order: a channel that is no longer allowed ends exactly there. */
  private renew(token: string): void {
    this.credentials.judge('refresh', token, (answer) => {
      if (!('status' in answer)) this.authorized(answer);
      else if (answer === REVOKED) this.connection.close(CLOSE.unauthorized, answer.message);
      else if (httpStatusMeansStop(answer.status)) this.badRequest(answer.message, undefined, 'forbidden');
      else this.refuse('unavailable', answer.message);
    });
  }

  private authorized({ access }: Grant): void {
    const lost = this.hub.authorize(this.connection, access);
    if (lost !== undefined) this.send({ type: 'unsubscribed', ...lost, reason: 'forbidden' });
    const expires_in = this.hub.expiresInMs(this.connection);
    this.send({ type: 'authorized', user: access?.user, expires_in });
  }

  private badRequest(problem: string, key?: string, code: ErrorCode = 'bad_request'): void {
    this.refuse(code, problem, key);
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
