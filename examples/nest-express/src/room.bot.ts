import { Injectable } from '@nestjs/common';
import { HubService, OnHubMessage, type StoredMessage } from '@ws-hub/nestjs';

/** Answers the clients of all rooms. */
@Injectable()
export class RoomBot {
  constructor(private readonly hub: HubService) {}

  /**
   * Called after the message was stored, beside its delivery: however long this takes, no client waits for it. The answer
   * does not come here again, since handlers are not called for what the application itself publishes.
   */
  @OnHubMessage('room.*')
  async answer({ channel, content, clientId }: StoredMessage): Promise<void> {
    if (content !== '/whoami') return;
    await this.hub.publish(channel, `you are ${clientId}`);
  }
}
