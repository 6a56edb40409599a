import type { HubClient, PublishError, Published } from '@ws-hub/hub-client';
import type { Output } from '../output.js';
import type { Patience } from '../patience.js';
import type { Speech } from './read-line.js';
import type { Report } from './report.js';
import type { Room } from './room.js';

/** The most that a message of hub.v1 has besides its content, in bytes. */
const OVERHEAD_BYTES = 256;

/** Says one line after the other, and takes down what becomes of them. */
export class Speaker {
  constructor(
    private readonly client: HubClient,
    private readonly room: Room,
    private readonly report: Report,
    private readonly patience: Patience,
    /** Where acknowledgements are printed; undefined if nobody wants them. */
    private readonly acks: Output | undefined,
  ) {}

  /** Resolves when the line is on its way to the hub. @returns false if nothing is to be said any more */
  async say(line: number, speech: Speech): Promise<boolean> {
    const bytes = Buffer.byteLength(JSON.stringify(speech.content)) + OVERHEAD_BYTES;
    if (!(await this.room.enter(bytes))) return false;
    this.patience.expect();
    void this.publish(line, speech).finally(() => {
      this.room.leave(bytes);
      this.patience.progress();
    });
    return true;
  }

  private async publish(line: number, { content, channel, key }: Speech): Promise<void> {
    const published = this.client.publish(content, { ...(channel && { channel }), ...(key && { key }) });
    await published.then(
      (ack) => this.acks?.print(showAck(line, key, ack)),
      (error: PublishError) => this.failed(line, error),
    );
  }

  private failed(line: number, { reason, message }: PublishError): void {
    if (reason === 'outcome_unknown') this.report.ended(line, true);
    else if (reason === 'closed' || reason === 'offline') this.report.ended(line, false);
    else this.report.bad(line, message);
  }
}

function showAck(line: number, key: string | undefined, { id, duplicate }: Published): string {
  return JSON.stringify({ line, key, id, duplicate });
}
