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

/** Entries that are asked for at once of what this process does not keep any more. */
const OLD_ENTRIES = 4 * SEGMENT_PLACES;
/** Bytes of all blocks that are kept; those made first go first. */
const MAX_KEPT_BYTES = 16 * 1024 * 1024;

/**
 * The log in blocks along its segments, which all replays in one dialect share: those that come back together want the same.
 */
export class ReplayBlocks {
  private readonly kept = new Map<number, ReplayBlock>();
  private keptBytes = 0;
  private takenBytes = 0;
  /** By the very answer of the log, which it gives to all who asked for the same. */
  private readonly old = new WeakMap<readonly Entry[], ReplayBlock>();

  constructor(
    private readonly log: MessageLog,
    private readonly encoder: Encoder,
  ) {}

  /** Bytes of all that was taken in and made so far, also of what is not kept any more. */
  get taken(): number {
    return this.takenBytes;
  }

  /** The block with what follows on a place, of what this process keeps; undefined at the head. */
  next(after: Position): ReplayBlock | undefined {
    const known = this.kept.get(segmentAfter(after));
    if (known !== undefined && known.upTo > after) return known;
    const [entry] = this.log.read(after, 1);
    return entry && this.upToDate(segmentOf(entry.position));
  }

  /**
   * The same of what only the log's engine has.
   *
   * @param done undefined if nobody has it
   * @param guarded runs what is done with an answer of the log, and never throws
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
      // The log may begin in the middle of that block.
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
