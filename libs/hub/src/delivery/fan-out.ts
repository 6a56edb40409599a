import type { Audiences } from '../audience/audiences.js';
import type { WorkBudget } from '../backpressure/work-budget.js';
import { fanOutCostUs, writesCostUs } from '../backpressure/work-costs.js';
import type { Connection } from '../connection/connection.js';
import { Identities, type Identity } from '../connection/identities.js';
import { EncodedEntry } from '../encoding/encoded-entry.js';
import type { Guard } from '../guard.js';
import { type Entry, MessageLog } from '../log/message-log.js';
import type { TracedEntry } from '../tracing/hub-tracer.js';
import type { Tracing } from '../tracing/tracing.js';
import type { Flusher } from './flusher.js';
import { type Listeners, SocketWriter } from './socket-writer.js';

/**
 * Hands the entries of the log, in order, to all subscribers: into the batch of each audience, from which a flush
 * writes them to the sockets.
 */
export class FanOut {
  constructor(
    private readonly log: MessageLog,
    private readonly audiences: Audiences<Connection>,
    private readonly identities: Identities,
    private readonly flusher: Flusher,
    private readonly budget: WorkBudget,
    private readonly writer: SocketWriter,
    private readonly guard: Guard,
    private readonly tracing: Tracing,
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
    const encoded = new EncodedEntry(entry, this.log.epoch, sender?.prefix);
    let [costUs, writesUs] = [0, 0];
    for (const audience of this.audiences.said(entry.channel)) {
      if (audience.batch.isEmpty) {
        audience.firstWaiting = entry.position;
        writesUs += writesCostUs(audience.members.length);
      }
      const frame = encoded.message(audience.encoder);
      const before = audience.batch.bytes;
      audience.batch.add(frame, sender, sender && encoded.ack(audience.encoder));
      costUs += fanOutCostUs(audience.members.length, frame.length);
      this.flusher.announce(audience, audience.batch.bytes - before);
    }
    this.budget.defer(costUs, sender?.account, writesUs);
    if (sender !== undefined && entry.key !== undefined) this.acknowledgeElsewhere(encoded, sender);
    if (entry.trace !== undefined && this.tracing.isOn) this.record(entry as TracedEntry, encoded.id, sender);
  }

  /** The sender receives it on none of its connections. */
  private record(entry: TracedEntry, id: string, sender: Identity | undefined): void {
    let recipients = 0;
    let isWritten = true;
    for (const { members, batch } of this.audiences.of(entry.channel)) {
      recipients += members.length;
      isWritten &&= batch.isEmpty;
    }
    for (const { subscription } of sender?.connections ?? [])
      if (subscription?.audience?.channels.has(entry.channel)) recipients--;
    this.tracing.delivering(entry, id, recipients, isWritten);
  }

  /** An entry could not be delivered. Its subscribers must not miss it silently. */
  private failed({ channel }: Entry): void {
    for (const audience of this.audiences.of(channel)) this.writer.end(audience);
  }

  /**
   * The ack takes its place in the order of all the sender's connections, including those that are not subscribed to
   * the channel.
   */
  private acknowledgeElsewhere(encoded: EncodedEntry, sender: Identity): void {
    const { entry } = encoded;
    const elsewhere: Listeners[] = [];
    for (const { subscription } of sender.connections) {
      const audience = subscription?.audience;
      if (audience === undefined || audience.channels.has(entry.channel) || elsewhere.includes(audience))
        continue;
      elsewhere.push(audience);
    }
    for (const audience of elsewhere) this.acknowledge(encoded, sender, audience);
  }

  private acknowledge(encoded: EncodedEntry, sender: Identity, audience: Listeners): void {
    const ack = encoded.ack(audience.encoder);
    if (ack === undefined) return;
    if (audience.batch.isEmpty) audience.firstWaiting = encoded.entry.position;
    audience.batch.addFor(sender, ack);
    this.flusher.announce(audience, ack.length);
    this.budget.defer(fanOutCostUs(1, ack.length), sender.account);
  }
}
