/** What a client's token does not allow. */
export interface Forbidden {
  readonly action: 'publish' | 'subscribe';
  readonly channels: readonly string[];
  /** For people. */
  readonly reason: string;
}
