import { Inject, Injectable } from '@nestjs/common';
import {
  CLOSE,
  type ClientMessage,
  type ErrorCode,
  type Hello,
  type HubMessage,
  type Publish,
} from '@ws-hub/protocol';
import { SERVER_CONFIG, type ServerConfig } from '../config/server.config.js';
import type { Connection, Receiver } from '../hub/connection.js';
import { v1Frame } from '../hub/entry-frames.js';
import { Guard } from '../hub/guard.js';
import { HubService } from '../hub/hub.service.js';
import { HubMetrics } from '../hub/hub-metrics.js';
import { Listening } from '../hub/listening.js';
import { type Located, MessageLog, type Outcome } from '../log/message-log.js';
import { formatPosition } from '../log/position.js';
import { Sessions } from './sessions.js';
import { type Read, readMessage } from './v1.read.js';

const MAX_BAD_REQUESTS = 10;
const MAX_REASON_BYTES = 120;

/** What the dialect remembers of a connection. */
interface State {
  greeted: boolean;
  badRequests: number;
  badSessions: number;
  helloTimer: NodeJS.Timeout | undefined;
  /** The last position that the client was told of. */
  toldSequence: number;
}

/** hub.v1 (PROTOCOL.md, section 2): JSON objects by `type`; a hello first, then anything. */
@Injectable()
export class V1Dialect implements Receiver {
  private readonly states = new WeakMap<Connection, State>();

  constructor(
    @Inject(SERVER_CONFIG) private readonly config: ServerConfig,
    private readonly hub: HubService,
    private readonly listening: Listening,
    private readonly log: MessageLog,
    private readonly sessions: Sessions,
    private readonly metrics: HubMetrics,
    private readonly guard: Guard,
  ) {}

  opened(connection: Connection): void {
    const helloTimer = setTimeout(() => {
      connection.close(CLOSE.helloTimeout, `no hello within ${this.config.helloTimeoutMs} ms`);
    }, this.config.helloTimeoutMs).unref();
    const state: State = {
      greeted: false,
      badRequests: 0,
      badSessions: 0,
      helloTimer,
      toldSequence: 0,
    };
    this.states.set(connection, state);
    connection.pulse = () => this.pulse(connection, state);
  }

  closed(connection: Connection): void {
    clearTimeout(this.states.get(connection)?.helloTimer);
  }

  receive(connection: Connection, data: Buffer): void {
    const state = this.states.get(connection);
    if (state === undefined) return;
    const read = readMessage(data, this.config.maxChannelsPerConnection);
    if (!state.greeted) this.greet(connection, state, read);
    else if ('problem' in read) this.badRequest(connection, state, read.problem, read.key);
    else this.handle(connection, state, read.message);
  }

  private greet(connection: Connection, state: State, read: Read): void {
    if ('problem' in read || read.message.type !== 'hello') {
      const problem = 'problem' in read ? read.problem : `it is a ${read.message.type}`;
      connection.close(CLOSE.badHello, reasonOf(`the first message must be a hello: ${problem}`));
      return;
    }
    const hello = read.message;
    const clientId = hello.session === undefined ? connection.clientId : this.sessions.verify(hello.session);
    if (clientId === undefined) this.badSession(connection, state);
    else if (hello.since === undefined) this.welcome(connection, state, hello, clientId);
    else this.locate(connection, state, { ...hello, since: hello.since }, clientId);
  }

  /** Nothing more of this client is handled until the log has answered. */
  private locate(
    connection: Connection,
    state: State,
    hello: Hello & { readonly since: string },
    clientId: string,
  ): void {
    clearTimeout(state.helloTimer);
    connection.pause('hello');
    const channels = new Set(hello.channels ?? [connection.channel]);
    const told = (located: Located) =>
      this.guarded('hello', connection, () => {
        try {
          if (connection.isOpen) this.located(connection, state, hello, clientId, located);
        } finally {
          connection.resume('hello');
        }
      });
    this.log.locate(hello.since, channels, told, clientId);
  }

  private located(
    connection: Connection,
    state: State,
    hello: Hello,
    clientId: string,
    located: Located,
  ): void {
    if (located.result === 'unavailable') {
      connection.close(CLOSE.tryAgainLater, 'the log cannot be reached');
      return;
    }
    this.metrics.resumes.inc({ result: located.result === 'found' ? 'recovered' : 'gap' });
    this.welcome(connection, state, hello, clientId, located);
  }

  private badSession(connection: Connection, state: State): void {
    if (++state.badSessions > 1) {
      connection.close(CLOSE.badHello, 'hello: a second bad session');
      return;
    }
    this.refuse(connection, 'bad_session', 'the session is not of this hub; send a hello without it');
  }

  private welcome(
    connection: Connection,
    state: State,
    hello: Hello,
    clientId: string,
    located?: Exclude<Located, { result: 'unavailable' }>,
  ): void {
    clearTimeout(state.helloTimer);
    state.greeted = true;
    const since = located?.result === 'found' ? located.sequence : undefined;
    state.toldSequence = since ?? this.log.head;
    this.send(connection, {
      type: 'welcome',
      client_id: clientId,
      session: this.sessions.issue(clientId),
      position: this.position(state.toldSequence),
      recovered: located?.result !== 'gone',
      ping_interval: this.config.pingIntervalMs,
      max_payload: this.config.maxPayload,
    });
    this.hub.listen(connection, clientId, new Set(hello.channels ?? [connection.channel]), since);
  }

  private handle(connection: Connection, state: State, message: ClientMessage): void {
    const { type } = message;
    if (type === 'publish') {
      this.publish(connection, message);
      return;
    }
    if (type === 'pong') {
      this.hub.answered(connection);
      return;
    }
    this.hub.countRequest(connection);
    if (type === 'subscribe' || type === 'unsubscribe')
      this.change(connection, state, type, message.channels);
    else if (type === 'ping') this.send(connection, { type: 'pong' });
    else this.badRequest(connection, state, 'hello was said already');
  }

  private publish(connection: Connection, { key, channel = connection.channel, content }: Publish): void {
    this.hub.publish(connection, { key, channel, content }, (outcome) => {
      if (outcome.result !== 'stored')
        this.guarded('outcome', connection, () => this.notStored(connection, key, outcome));
    });
  }

  private notStored(
    connection: Connection,
    key: string,
    outcome: Exclude<Outcome, { result: 'stored' }>,
  ): void {
    if (outcome.result === 'unavailable') {
      this.metrics.unavailable++;
      this.refuse(connection, 'unavailable', outcome.reason, key);
    } else {
      this.metrics.duplicates++;
      this.acknowledgeAgain(connection, key, outcome.sequence);
    }
  }

  /** If it is still on its way to this client, its ack in the order is the answer. */
  private acknowledgeAgain(connection: Connection, key: string, sequence: number): void {
    if (this.listening.isAhead(connection, sequence)) return;
    this.send(connection, { type: 'ack', key, id: this.position(sequence), duplicate: true });
  }

  private change(
    connection: Connection,
    state: State,
    type: 'subscribe' | 'unsubscribe',
    names: readonly string[],
  ): void {
    const hears = type === 'subscribe';
    const channels = this.listening.channelsOf(connection);
    const changed = names.filter((name) => channels.has(name) !== hears);
    const { maxChannelsPerConnection } = this.config;
    if (hears && channels.size + changed.length > maxChannelsPerConnection) {
      this.badRequest(connection, state, `at most ${maxChannelsPerConnection} channels`);
      return;
    }
    const position = this.position(this.listening.change(connection, changed, hears));
    this.send(connection, { type: `${type}d`, channels: names, position });
  }

  /**
   * A sign of life is asked for, and the cursor told if it has moved: also where nothing was said on the channels. Not
   * during a replay, whose end is what a position means then.
   */
  private pulse(connection: Connection, state: State): void {
    if (state.greeted && connection.replay === undefined) {
      const cursor = this.listening.cursorOf(connection);
      if (cursor > state.toldSequence) {
        state.toldSequence = cursor;
        this.send(connection, { type: 'position', position: this.position(cursor) });
      }
    }
    this.send(connection, { type: 'ping' });
  }

  private badRequest(connection: Connection, state: State, problem: string, key?: string): void {
    this.refuse(connection, 'bad_request', problem, key);
    if (++state.badRequests >= MAX_BAD_REQUESTS) {
      connection.expel(CLOSE.policyViolation, 'too many bad requests');
    }
  }

  private refuse(connection: Connection, code: ErrorCode, message: string, key?: string): void {
    this.send(connection, { type: 'error', code, message, key });
  }

  /** For what the log answers when it likes. */
  private guarded(what: string, connection: Connection, task: () => void): void {
    this.guard.run(what, task, () => connection.close(CLOSE.internalError, 'internal error'));
  }

  private send(connection: Connection, message: HubMessage): void {
    if (connection.isOpen) this.listening.tell(connection, v1Frame(message));
  }

  private position(sequence: number): string {
    return formatPosition(this.log.epoch, sequence);
  }
}

function reasonOf(text: string): string {
  return Buffer.from(text)
    .subarray(0, MAX_REASON_BYTES)
    .toString()
    .replace(/\uFFFD+$/, '');
}
