import {
  type Clock,
  type Draft,
  type Entry,
  formatPosition,
  type Located,
  type MessageLog,
  type Outcome,
  positionAt,
  SystemClock,
} from '@ws-hub/hub';
import { NoticeEar, testEnvironment } from '@ws-hub/hub/testing';
import { type JetStreamOptions, jetStreamLog } from '../src/index.js';

const SECRET = 'a secret of more than thirty-two bytes';

/** The log of one hub, and the calls of its listener and its events. */
export interface Node {
  readonly log: MessageLog;
  readonly heard: Entry[];
  readonly ear: NoticeEar;
  /** It has read everything; a start only waits for that for a limited time. */
  readonly ready: Promise<void>;
  readonly told: {
    lost: number;
    skipped: number[];
    notices: number;
    failed: string[];
    limits: Record<string, unknown>;
  };
}

/** Logs on a NATS server, in the configuration of hubs. */
export class Nodes {
  private readonly open: MessageLog[] = [];
  private streams = 0;

  constructor(private readonly nats: { readonly url: string }) {}

  /** A name for a stream that no other test uses. */
  newName(): string {
    return `test-${++this.streams}`;
  }

  /** A log on this stream; not started yet. */
  make(name: string, options: Partial<JetStreamOptions> = {}, clock: Clock = new SystemClock()): Node {
    const told: Node['told'] = { lost: 0, skipped: [], notices: 0, failed: [], limits: {} };
    const own = {
      natsUrls: this.nats.url.split(','),
      hubSecret: SECRET,
      natsStream: name,
      natsSubjectPrefix: name,
    };
    let connected: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => {
      connected = resolve;
    });
    const environment = testEnvironment(clock, {
      connected: () => connected(),
      otherLimits: (limits) => Object.assign(told.limits, limits),
      skipped: (position) => told.skipped.push(position),
      noticeSkipped: (skipped) => {
        told.notices = skipped;
      },
    });
    const log = jetStreamLog({ ...own, ...options })(environment);
    this.open.push(log);
    const heard: Entry[] = [];
    const ear = new NoticeEar();
    log.listen({
      entry: (entry) => heard.push(entry),
      lostPlace: () => told.lost++,
      notice: (notice) => ear.notice(notice),
      pressure: () => undefined,
      failed: (what) => told.failed.push(what),
    });
    return { log, heard, ear, told, ready };
  }

  async start(name: string, options: Partial<JetStreamOptions> = {}): Promise<Node> {
    const node = this.make(name, options);
    await node.log.start();
    return node;
  }

  /** Stops all logs that are open. */
  async end(): Promise<void> {
    await Promise.all(this.open.splice(0).map((log) => log.stop()));
  }
}

export const draft = (content: string, key?: string, clientId = 'alice'): Draft => ({
  ...{ channel: 'main', clientId, key, timestamp: 1_795_000_000, content },
});

export const append = (log: MessageLog, ...args: Parameters<typeof draft>) =>
  new Promise<Outcome>((resolve) => log.append(draft(...args), resolve));

export const contents = (entries: readonly Entry[]) => entries.map(({ content }) => content);

export const locate = (log: MessageLog, sequence: number, epoch = log.epoch) =>
  new Promise<Located>((resolve) =>
    log.locate(formatPosition(epoch, positionAt(sequence)), new Set(), resolve),
  );

export const readOld = (log: MessageLog, after: number, max: number) =>
  new Promise<readonly Entry[] | undefined>((resolve) => log.readOld(positionAt(after), max, resolve));
