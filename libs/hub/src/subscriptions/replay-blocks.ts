import type { Encoder } from '../encoding/encoder.js';
import {
  type Entry,
  type MessageLog,
  type Position,
  readSegment,
  SEGMENT_PLACES,
  segmentAfter,
  segmentOf,
  segmentStart,
} from '../log/index.js';
import { ReplayBlock } from './replay-block.js';

/** Entries per read of what this process no longer keeps. */
const OLD_ENTRIES = 4 * SEGMENT_PLACES;
/** Maximum bytes of all kept blocks; the oldest are dropped first. */
const MAX_KEPT_BYTES = 16 * 1024 * 1024;

/**
 * The log in blocks along its segments, which all replays in one dialect share: clients that reconnect together replay
 * the same messages.
 */
export class ReplayBlocks {
  private readonly kept = new Map<number, ReplayBlock>();
  private keptBytes = 0;
  private takenBytes = 0;
  /** Keyed by the log's answer object, which is the same for all who asked for the same. */
  private readonly old = new WeakMap<readonly Entry[], ReplayBlock>();

  constructor(
    private readonly log: MessageLog,
    private readonly encoder: Encoder,
  ) {}

  /** Bytes read and encoded so far, including blocks that are no longer kept. */
  get taken(): number {
    return this.takenBytes;
  }

  /** The block after a position, of what this process keeps; undefined at the head. */
  next(after: Position): ReplayBlock | undefined {
    const known = this.kept.get(segmentAfter(after));
    if (known !== undefined && known.upTo > after) return known;
    const [entry] = this.log.read(after, 1);
    return entry && this.upToDate(segmentOf(entry.position));
  }

  /**
   * Like `next`, for what only the log's engine has.
   *
   * @param done called with undefined if it is not kept anywhere
   * @param guarded runs the handling of the log's answer, and never throws
   */
  nextOld(
    after: Position,
    done: (block: ReplayBlock | undefined) => void,
    guarded: (task: () => void) => void,
  ): void {
    const start = segmentStart(segmentAfter(after));
    const read = (from: Position, then: (entries: readonly Entry[] | undefined) => void) =>
      this.log.readOld(from, OLD_ENTRIES, (entries) => guarded(() => then(entries)));
    read(start, (entries) => {
      // The log may start in the middle of that block.
      if (entries !== undefined || start === after) done(entries && this.oldBlock(start, entries));
      else read(after, (rest) => done(rest && this.oldBlock(after, rest)));
    });
  }

  forget(): void {
    this.kept.clear();
    this.keptBytes = 0;
  }

  /** A block that is not full grows with the log. */
  private upToDate(segment: number): ReplayBlock {
    const block = this.kept.get(segment) ?? this.begin(segmentStart(segment), true);
    const { entries, upTo } = readSegment(this.log, segment, block.upTo);
    this.kept.set(segment, block);
    block.extend(entries, upTo);
    return block;
  }

  private begin(start: Position, isKept: boolean): ReplayBlock {
    return new ReplayBlock(this.log.epoch, this.encoder, start, (block, bytes) => {
      this.takenBytes += bytes;
      if (!isKept) return;
      this.keptBytes += bytes;
      if (this.keptBytes > MAX_KEPT_BYTES) this.makeRoom(block);
    });
  }

  private makeRoom(newest: ReplayBlock): void {
    for (const [segment, block] of this.kept) {
      if (this.keptBytes <= MAX_KEPT_BYTES || block === newest) return;
      this.kept.delete(segment);
      this.keptBytes -= block.bytes;
    }
  }

  private oldBlock(start: Position, entries: readonly Entry[]): ReplayBlock {
    const known = this.old.get(entries);
    if (known !== undefined) return known;
    const block = this.begin(start, false);
    block.extend(entries, entries.at(-1)?.position ?? start);
    this.old.set(entries, block);
    return block;
  }
}
