import { CLOSE } from '@ws-hub/protocol';
import type { WorkBudget } from '../backpressure/work-budget.js';
import type { Worker } from '../backpressure/work-queue.js';
import type { Connection } from '../connection/connection.js';
import type { Guard } from '../guard.js';
import type { MessageLog, Position } from '../log/index.js';
import { Part } from './part.js';
import type { ReplayBlock } from './replay-block.js';
import type { ReplayBlocks } from './replay-blocks.js';

/** Maximum bytes of one part. */
const PART_BYTES = 64 * 1024;
/** Maximum number of blocks searched for one part, if they contain little for this connection. */
const PART_BLOCKS = 64;
/** Maximum bytes read from the log and encoded at once, where no other replay has done it yet. */
const PART_TAKEN_BYTES = 512 * 1024;

/** What a replay needs of the hub. */
export interface ReplayHub {
  readonly log: MessageLog;
  readonly budget: WorkBudget;
  readonly guard: Guard;
  /** Writes a part; `written` is called when the kernel has accepted it. */
  write(connection: Connection, part: Part, written: () => void): void;
  /** The connection was sent everything that the log has, in this very turn. */
  caughtUp(connection: Connection): void;
}

/**
 * Sends one connection what it missed, as fast as it reads and no faster. The next part is read from the log when the
 * kernel has accepted the previous one, and it is this replay's turn. The last part and the switch to live delivery
 * happen in one turn of the event loop, so there is no seam.
 */
export class Replay implements Worker {
  private ended = false;

  /** @param cursor the position of the last entry that the client has */
  constructor(
    private readonly connection: Connection,
    public channels: Set<string>,
    public cursor: Position,
    private readonly blocks: ReplayBlocks,
    private readonly hub: ReplayHub,
  ) {}

  /** Sends the next part in a later turn. */
  goOn(): void {
    this.hub.budget.enqueue('replay', this);
  }

  end(): void {
    this.ended = true;
  }

  work(): boolean {
    const { connection, hub } = this;
    this.guarded(() => hub.budget.charge(connection.account, () => this.sendNext()));
    return false;
  }

  /** Also for answers of the log, which may come at any time. */
  private guarded(task: () => void): void {
    this.hub.guard.run('replay', task, () => this.connection.close(CLOSE.internalError, 'internal error'));
  }

  private sendNext(): void {
    const { connection, hub, channels } = this;
    if (this.ended || !connection.isOpen) return;
    if (hub.log.has(this.cursor, channels, connection.clientId))
      this.send(this.nextPart((after) => this.blocks.next(after) ?? this.reachHead()));
    else
      this.blocks.nextOld(
        this.cursor,
        (block) => this.sendOld(block),
        (task) => this.guarded(task),
      );
  }

  private sendOld(block: ReplayBlock | undefined): void {
    const { connection } = this;
    if (this.ended || !connection.isOpen) return;
    // It reads more slowly than the log drops entries. A gap is never silent: the client reconnects, and is told.
    if (block === undefined) connection.close(CLOSE.tryAgainLater, 'the log has overtaken the replay');
    else this.send(this.nextPart((after) => (after < block.upTo ? block : undefined)));
  }

  private send(part: Part): void {
    const { connection, hub } = this;
    const isDone = this.cursor >= hub.log.head;
    const goesOn = isDone ? () => undefined : () => this.goOn();
    if (part.bytes > 0) hub.write(connection, part, goesOn);
    else goesOn();
    if (isDone && connection.isOpen) hub.caughtUp(connection);
  }

  private nextPart(blockAfter: (place: Position) => ReplayBlock | undefined): Part {
    const part = new Part(PART_BYTES);
    const wanted = { clientId: this.connection.clientId, channels: this.channels };
    const takenBefore = this.blocks.taken;
    for (let looked = 0; looked < PART_BLOCKS && !part.isFullWith(0); looked++) {
      if (this.blocks.taken - takenBefore > PART_TAKEN_BYTES) break;
      const block = blockAfter(this.cursor);
      if (block === undefined) break;
      this.cursor = block.take(this.cursor, wanted, part);
    }
    return part;
  }

  /** Nothing more is kept that this connection is subscribed to. */
  private reachHead(): undefined {
    this.cursor = this.hub.log.head;
  }
}
