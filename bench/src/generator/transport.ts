import { randomBytes } from 'node:crypto';
import { EventView } from './event-view.js';
import { FrameView } from './frame.js';

/** The position of one text in a server's stream. */
export interface View {
  /** WebSocket's opcode; other transports only have texts. */
  readonly opcode: number;
  /** The start of the text. */
  readonly payload: number;
  /** The byte after it and everything that belongs to it. */
  readonly end: number;
  /**
   * Finds the one that starts at `at`; false if its end has not arrived yet.
   *
   * @throws StreamError if a server must not send it here
   */
  read(bytes: Buffer, at: number): boolean;
}

/** How texts arrive from a server. */
export interface Transport {
  /** The start of the response to the request. */
  readonly status: string;
  /** Lines of the request's head. */
  head(): string[];
  view(): View;
}

export const webSocket: Transport = {
  status: 'HTTP/1.1 101',
  head: () => [
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
  ],
  view: () => new FrameView(),
};

/** Server-sent events: nothing is sent back. */
export const eventStream: Transport = {
  status: 'HTTP/1.1 200',
  head: () => ['Accept: text/event-stream'],
  view: () => new EventView(),
};
