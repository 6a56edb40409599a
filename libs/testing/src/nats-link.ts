import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

const LINE_END = '\r\n';
/** A hub requests its consumer of the stream with the subject for deliveries. */
const DELIVER_SUBJECT = /"deliver_subject":"([^"]+)"/g;
/** Deliveries carry the subject of the stream and the number of the subscription. */
const SUBSCRIBE = /SUB (\S+) (\d+)\r\n/g;
const MAX_REQUEST_TAIL = 2_048;

/** A TCP connection between a hub and NATS that a test can cut, or on which it can delay the stream's entries. */
export class NatsLink {
  private readonly pairs = new Set<Pair>();
  private isHolding = false;
  private isCut = false;
  private awaited: { readonly text: string; resolve(): void }[] = [];

  private constructor(
    private readonly server: Server,
    private readonly target: number,
  ) {
    server.on('connection', (hub) => this.join(hub));
  }

  /** @param target the port of a NATS server on loopback */
  static async to(target: number): Promise<NatsLink> {
    const server = createServer();
    const link = new NatsLink(server, target);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return link;
  }

  get url(): string {
    return `nats://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Answers still arrive, entries of the stream do not: the hub falls behind the log. */
  hold(): void {
    this.isHolding = true;
  }

  release(): void {
    this.isHolding = false;
    for (const pair of this.pairs) pair.release();
  }

  /** Resolves when NATS has sent the hub an answer with this text. */
  answer(text: string): Promise<void> {
    return new Promise((resolve) => this.awaited.push({ text, resolve }));
  }

  /** Drops the connection; with `stays`, new ones as well until `mend`. */
  cut(stays = false): void {
    this.isCut = stays;
    for (const pair of this.pairs) pair.destroy();
  }

  mend(): void {
    this.isCut = false;
  }

  async close(): Promise<void> {
    this.server.close();
    this.cut();
    await once(this.server, 'close');
  }

  private join(hub: Socket): void {
    if (this.isCut) {
      hub.on('error', () => hub.destroy()).destroy();
      return;
    }
    const pair = new Pair(hub, connect(this.target, '127.0.0.1'), () => this.isHolding);
    pair.onAnswer = (bytes) => this.tell(bytes);
    this.pairs.add(pair);
    pair.onEnd = () => this.pairs.delete(pair);
  }

  private tell(answer: Buffer): void {
    const told = this.awaited.filter(({ text }) => answer.includes(text));
    this.awaited = this.awaited.filter((each) => !told.includes(each));
    for (const { resolve } of told) resolve();
  }
}

/** Both ends of one connection. */
class Pair {
  onEnd: () => void = () => undefined;
  onAnswer: (bytes: Buffer) => void = () => undefined;
  private readonly subjects = new Set<string>();
  private readonly subscriptions = new Map<string, string>();
  private requests = '';
  private rest: Buffer = Buffer.alloc(0);
  private held: Buffer[] = [];

  constructor(
    private readonly hub: Socket,
    private readonly nats: Socket,
    private readonly isHolding: () => boolean,
  ) {
    for (const socket of [hub, nats]) {
      socket.setNoDelay();
      socket.on('error', () => this.destroy());
      socket.on('close', () => this.destroy());
    }
    hub.on('data', (chunk) => this.ask(chunk));
    nats.on('data', (chunk) => this.answer(chunk));
  }

  release(): void {
    for (const bytes of this.held.splice(0)) this.hub.write(bytes);
  }

  destroy(): void {
    this.hub.destroy();
    this.nats.destroy();
    this.onEnd();
  }

  private ask(chunk: Buffer): void {
    this.requests += chunk.toString('latin1');
    for (const [, subject = ''] of this.requests.matchAll(DELIVER_SUBJECT)) this.subjects.add(subject);
    for (const [, subject = '', id = ''] of this.requests.matchAll(SUBSCRIBE))
      this.subscriptions.set(id, subject);
    this.requests = this.requests.slice(-MAX_REQUEST_TAIL);
    this.nats.write(chunk);
  }

  private answer(chunk: Buffer): void {
    this.rest = Buffer.concat([this.rest, chunk]);
    for (;;) {
      const end = this.rest.indexOf(LINE_END);
      if (end === -1) return;
      const [verb, , subscription = '', ...numbers] = this.rest
        .subarray(0, end)
        .toString('latin1')
        .split(' ');
      const hasPayload = verb === 'MSG' || verb === 'HMSG';
      const payload = hasPayload ? Number(numbers.at(-1)) + LINE_END.length : 0;
      const length = end + LINE_END.length + payload;
      if (this.rest.length < length) return;
      this.pass(
        hasPayload && this.subjects.has(this.subscriptions.get(subscription) ?? ''),
        this.rest.subarray(0, length),
      );
      this.rest = this.rest.subarray(length);
    }
  }

  private pass(isEntry: boolean, bytes: Buffer): void {
    if (isEntry && (this.isHolding() || this.held.length > 0)) this.held.push(Buffer.from(bytes));
    else {
      this.hub.write(bytes);
      this.onAnswer(bytes);
    }
  }
}
