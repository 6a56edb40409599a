import { tokenFrom } from '@ws-hub/config';
import { type Connected, HubClient, type PublishError } from '@ws-hub/hub-client';
import { EXIT } from '../config/exit-codes.js';
import type { SendConfig } from '../config/send.config.js';
import type { Patience } from '../patience.js';
import { urlOf } from '../url-of.js';
import { watchConnection } from '../watch-connection.js';
import type { Speech } from './read-line.js';
import { type Desk, type Speaker, sizeOf } from './speaker.js';

/** Says lines over a WebSocket, as many at a time as there is room for. */
export class WebSocketSpeaker implements Speaker {
  private readonly client: HubClient;
  private readonly patience: Patience;

  constructor(
    { url, channel, tokenFile, timeoutMs }: SendConfig,
    private readonly desk: Desk,
  ) {
    const token = tokenFrom(tokenFile);
    this.client = new HubClient({ url: urlOf(url, channel), channels: [], ...(token && { token }) });
    const { room, notices, leaving } = desk;
    this.patience = watchConnection(this.client, {
      url,
      timeoutMs,
      isOwed: () => !room.isEmpty,
      notices,
      leaving,
    });
  }

  /** The hub's welcome says how long a message may be. */
  connect(): Promise<boolean> {
    const { leaving } = this.desk;
    return new Promise((resolve) => {
      this.client.on('connected', ({ dialect }: Connected) => {
        if (dialect === 'plain')
          leaving.begin(EXIT.unavailable, 'the hub supports only plain, which has no acknowledgements');
        resolve(!leaving.hasBegun);
      });
      leaving.onBegin(() => resolve(false));
      this.client.start();
    });
  }

  async say(line: number, speech: Speech): Promise<boolean> {
    const { room } = this.desk;
    const bytes = sizeOf(speech);
    if (!(await room.enter(bytes))) return false;
    this.patience.expect();
    void this.publish(line, speech).finally(() => {
      room.leave(bytes);
      this.patience.progress();
    });
    return true;
  }

  close(): Promise<void> {
    return this.client.close();
  }

  private async publish(line: number, { content, channel, key }: Speech): Promise<void> {
    const published = this.client.publish(content, { ...(channel && { channel }), ...(key && { key }) });
    await published.then(
      (ack) => this.desk.acks.print(line, key, ack),
      (error: PublishError) => this.failed(line, error),
    );
  }

  private failed(line: number, { reason, message }: PublishError): void {
    const { report } = this.desk;
    if (reason === 'outcome_unknown') report.ended(line, true);
    else if (reason === 'closed' || reason === 'offline') report.ended(line, false);
    else report.bad(line, message);
  }
}
