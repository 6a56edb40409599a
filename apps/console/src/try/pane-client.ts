import type { FrameRecorder } from './frame-log.js';
import type { Line } from './line.js';

export const DIALECTS = ['hub.v1', 'plain', 'sse'] as const;
export type PaneDialect = (typeof DIALECTS)[number];

export const DIALECT_NAMES: Readonly<Record<PaneDialect, string>> = {
  'hub.v1': 'hub.v1',
  plain: 'plain',
  sse: 'HTTP and SSE',
};

/** Delays between attempts, in milliseconds: short, because a person is watching. */
export const BACKOFF = { initialMs: 500, maxMs: 2_000 };

/** Where a client connects, and through what. */
export interface PaneTarget {
  /** Of the hub: http:// or https://, with the path that `/ws` and `/v1` are below. */
  readonly base: string;
  readonly channel: string;
  readonly token: string | undefined;
  readonly frames: FrameRecorder;
  readonly line: Line;
}

export interface HeardMessage {
  readonly clientId: string;
  readonly user?: string | undefined;
  /** Unix seconds, by the clock of the hub. */
  readonly timestamp: number;
  readonly content: string;
}

/** The events that a client reports to its pane. */
export interface PaneListener {
  connected(clientId: string | undefined): void;
  heard(message: HeardMessage): void;
  /** Messages were missed, or may have been. */
  missed(): void;
  /** Anything else that the user should know. */
  told(words: string): void;
  /** It reconnects by itself. */
  disconnected(): void;
  /** It does not reconnect by itself. */
  stopped(why: string): void;
}

/** One client of the hub, in one of the dialects. */
export interface PaneClient {
  /**
   * @returns what is known when it resolves
   * @throws Error with a message for the sender
   */
  say(content: string): Promise<'stored' | 'sent'>;
  close(): void;
}

export type Connect = (target: PaneTarget, listener: PaneListener) => PaneClient;

/** The URL of the WebSocket endpoint. */
export function socketUrl({ base, channel }: Pick<PaneTarget, 'base' | 'channel'>): string {
  const url = new URL('ws', base);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.searchParams.set('channel', channel);
  return url.href;
}
