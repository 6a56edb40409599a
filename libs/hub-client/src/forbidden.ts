/** An action that the client's token does not allow. */
export interface Forbidden {
  readonly action: 'publish' | 'subscribe';
  readonly channels: readonly string[];
  /** Human-readable. */
  readonly reason: string;
}
