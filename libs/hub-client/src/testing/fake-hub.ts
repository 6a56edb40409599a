import type { ClientMessage, ErrorCode, Hello, HubMessage, Publish } from '@ws-hub/protocol';
import { HUB_V1 } from '@ws-hub/protocol';
import type { Open, Transport, TransportListener } from '../transport.js';
import { LOST } from './test-transport.js';

interface LogEntry {
  readonly sequence: number;
  readonly clientId: string;
  readonly key: string | undefined;
  readonly channel: string;
  readonly content: string;
}

/** A connection as the fake hub sees it. Frames wait in both directions until the hub runs. */
export class FakeConnection implements Transport {
  readonly heard: ClientMessage[] = [];
  readonly incoming: string[] = [];
  readonly outgoing: HubMessage[] = [];
  clientId: string | undefined;
  channels: readonly string[] = [];
  isOpen = false;
  hasEnded = false;
  isPaused = false;
  closedWith: number | undefined;
  pause?: () => void;
  resume?: () => void;

  constructor(
    readonly listener: TransportListener,
    canPause: boolean,
  ) {
    if (!canPause) return;
    this.pause = () => {
      this.isPaused = true;
    };
    this.resume = () => {
      this.isPaused = false;
    };
  }

  send(text: string): boolean {
    if (!this.isOpen || this.hasEnded) return false;
    this.incoming.push(text);
    return true;
  }
  close(code: number): void {
    this.closedWith = code;
  }
  terminate(): void {
    this.end();
  }
  end(code = LOST.code): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.listener.ended({ code, reason: '' });
  }
}

/** A hub.v1 hub in memory that only does what a test asks for. */
export class FakeHub {
  readonly connections: FakeConnection[] = [];
  readonly log: LogEntry[] = [];
  epoch = 'e1';
  maxPayload = 65_536;
  canPause = true;
  knowsSessions = true;
  /** The error for publishes; undefined stores them. */
  refusal: ErrorCode | undefined;
  /** Entries up to here have been dropped. */
  dropped = 0;
  private identities = 0;

  readonly open: Open = (_url, _protocols, listener) => {
    const connection = new FakeConnection(listener, this.canPause);
    this.connections.push(connection);
    return connection;
  };

  get last(): FakeConnection {
    return this.connections.at(-1) as FakeConnection;
  }

  /** A message of another client. */
  say(content: string, channel = 'main'): void {
    this.append({ clientId: 'other', key: undefined, channel, content });
  }

  /** Does all pending work. @param frames maximum number of frames to deliver @returns how much it did */
  run(frames = Number.POSITIVE_INFINITY): number {
    let done = 0;
    for (let isBusy = true; isBusy; ) {
      isBusy = false;
      for (const connection of this.live()) isBusy = this.read(connection) || isBusy;
      for (const connection of this.live()) {
        if (connection.isPaused || done >= frames) continue;
        const message = connection.outgoing.shift();
        if (message === undefined) continue;
        isBusy = true;
        done++;
        connection.listener.alive();
        connection.listener.received(JSON.stringify(message));
      }
    }
    return done;
  }

  private live(): FakeConnection[] {
    return this.connections.filter(({ hasEnded }) => !hasEnded);
  }

  private read(connection: FakeConnection): boolean {
    if (!connection.isOpen) {
      connection.isOpen = true;
      connection.listener.opened({ clientId: undefined, protocol: HUB_V1 });
    }
    const texts = connection.incoming.splice(0);
    for (const text of texts) {
      const message = JSON.parse(text) as ClientMessage;
      connection.heard.push(message);
      this.handle(connection, message);
    }
    if (connection.closedWith === undefined) return texts.length > 0;
    connection.end(connection.closedWith);
    return true;
  }

  private handle(connection: FakeConnection, message: ClientMessage): void {
    if (message.type === 'hello') this.hello(connection, message);
    if (message.type === 'publish') this.publish(connection, message);
    if (message.type === 'ping') connection.outgoing.push({ type: 'pong' });
    if (message.type !== 'subscribe' && message.type !== 'unsubscribe') return;
    const names = new Set(connection.channels);
    for (const name of message.channels) {
      if (message.type === 'subscribe') names.add(name);
      else names.delete(name);
    }
    connection.channels = [...names];
    const { channels } = message;
    connection.outgoing.push({
      type: `${message.type}d`,
      channels,
      position: this.position(this.log.length),
    });
  }

  private hello(connection: FakeConnection, { session, since, channels = ['main'] }: Hello): void {
    if (session !== undefined && !this.knowsSessions) {
      connection.outgoing.push({ type: 'error', code: 'bad_session', message: 'no' });
      return;
    }
    connection.clientId = session?.replace('session of ', '') ?? `client ${++this.identities}`;
    connection.channels = channels;
    const [epoch, sequence] = since?.split('-') ?? [this.epoch, this.log.length];
    const recovered = epoch === this.epoch && Number(sequence) >= this.dropped;
    const isReplayed = since !== undefined && recovered;
    connection.outgoing.push({
      type: 'welcome',
      client_id: connection.clientId,
      session: `session of ${connection.clientId}`,
      position: isReplayed ? since : this.position(this.log.length),
      recovered,
      ping_interval: 25_000,
      max_payload: this.maxPayload,
    });
    if (isReplayed) this.replay(connection, Number(sequence));
  }

  private replay(connection: FakeConnection, since: number): void {
    for (const entry of this.log.slice(since)) this.send(connection, entry);
    connection.outgoing.push({ type: 'position', position: this.position(this.log.length) });
  }

  private publish(connection: FakeConnection, { key, channel = 'main', content }: Publish): void {
    if (this.refusal !== undefined) {
      connection.outgoing.push({ type: 'error', code: this.refusal, message: 'no', key });
      return;
    }
    const clientId = connection.clientId as string;
    const known = this.log.find((entry) => entry.clientId === clientId && entry.key === key);
    if (known === undefined) this.append({ clientId, key, channel, content });
    else connection.outgoing.push({ type: 'ack', key, id: this.position(known.sequence), duplicate: true });
  }

  private append(said: Omit<LogEntry, 'sequence'>): void {
    const entry = { sequence: this.log.length + 1, ...said };
    this.log.push(entry);
    for (const connection of this.live()) if (connection.clientId) this.send(connection, entry);
  }

  private send(connection: FakeConnection, entry: LogEntry): void {
    const { sequence, clientId, key, channel, content } = entry;
    const id = this.position(sequence);
    if (clientId === connection.clientId) connection.outgoing.push({ type: 'ack', key: key as string, id });
    else if (connection.channels.includes(channel))
      connection.outgoing.push({ type: 'message', id, channel, client_id: clientId, timestamp: 1, content });
  }

  private position(sequence: number): string {
    return `${this.epoch}-${sequence}`;
  }
}
