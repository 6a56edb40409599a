/** What somebody says, and where. */
export interface PublishRequest {
  readonly clientId: string;
  readonly channel: string;
  readonly content: string;
  /** The sender's name for it; without one it cannot be sent again, and nobody waits for an ack. */
  readonly key?: string | undefined;
}
