import { Injectable } from '@nestjs/common';
import { type Entry, MessageLog } from '../log/message-log.js';
import { Audiences } from './audiences.js';
import type { Connection } from './connection.js';
import { Delivery, type Listeners } from './delivery.js';
import { EntryFrames } from './entry-frames.js';
import { Flusher } from './flusher.js';
import { Guard } from './guard.js';
import { Identities, type Identity } from './identities.js';
import { WorkBudget } from './work-budget.js';
import { fanOutCostUs, writesCostUs } from './work-costs.js';

/**
 * Hands the entries of the log, in its order, to all who listen: into the turn of each audience, from where a flush
 * takes them to the sockets.
 */
@Injectable()
export class FanOut {
  constructor(
    private readonly log: MessageLog,
    private readonly audiences: Audiences<Connection>,
    private readonly identities: Identities,
    private readonly flusher: Flusher,
    private readonly budget: WorkBudget,
    private readonly delivery: Delivery,
    private readonly guard: Guard,
  ) {}

  /** Never throws. */
  add(entry: Entry): void {
    try {
      this.handOn(entry);
    } catch (error) {
      this.guard.failed('entry', error);
      this.guard.run('entry, ending it', () => this.failed(entry));
    }
  }

  private handOn(entry: Entry): void {
    const sender = this.identities.get(entry.clientId);
    const frames = new EntryFrames(entry, this.log.epoch, sender?.prefix);
    let [costUs, writesUs] = [0, 0];
    for (const audience of this.audiences.of(entry.channel)) {
      if (audience.turn.isEmpty) {
        audience.firstWaiting = entry.sequence;
        writesUs += writesCostUs(audience.members.length);
      }
      const frame = audience.dialect === 'plain' ? frames.plain : frames.message;
      const before = audience.turn.bytes;
      audience.turn.add(frame, sender, audience.dialect === 'plain' ? undefined : frames.ack);
      costUs += fanOutCostUs(audience.members.length, frame.length);
      this.flusher.announce(audience, audience.turn.bytes - before);
    }
    this.budget.defer(costUs, sender?.account, writesUs);
    if (sender !== undefined && frames.ack !== undefined) {
      this.acknowledgeElsewhere(entry, sender, frames.ack);
    }
  }

  /** An entry could not be handed on: those that hear its channel are not to miss it in silence. */
  private failed({ channel }: Entry): void {
    for (const audience of this.audiences.of(channel)) this.delivery.end(audience);
  }

  /** The ack stands in the order of the sender's own connections, also of those that do not hear the channel. */
  private acknowledgeElsewhere({ channel, sequence }: Entry, sender: Identity, ack: Buffer): void {
    const elsewhere: Listeners[] = [];
    for (const { audience } of sender.connections) {
      if (audience?.dialect !== 'v1' || audience.channels.has(channel) || elsewhere.includes(audience))
        continue;
      elsewhere.push(audience);
    }
    if (elsewhere.length === 0) return;
    for (const audience of elsewhere) {
      if (audience.turn.isEmpty) audience.firstWaiting = sequence;
      audience.turn.addFor(sender, ack);
      this.flusher.announce(audience, ack.length);
    }
    this.budget.defer(fanOutCostUs(elsewhere.length, ack.length), sender.account);
  }
}
