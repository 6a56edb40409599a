import { randomBytes } from 'node:crypto';
import { EventView } from './event-view.js';
import { FrameView } from './frame.js';

/** Where one text stands in what a server has sent. */
export interface View {
  /** One of WebSocket's; what is no WebSocket has texts only. */
  readonly opcode: number;
  /** Where the text begins. */
  readonly payload: number;
  /** The byte after it and all that belongs to it. */
  readonly end: number;
  /**
   * Finds the one that begins at `at`; false if its end has not arrived yet.
   *
   * @throws StreamError if it is none that a server here may send
   */
  read(bytes: Buffer, at: number): boolean;
}

/** How texts come from a server. */
export interface Transport {
  /** How the answer to the request begins. */
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

/** Server-sent events: nothing goes back. */
export const eventStream: Transport = {
  status: 'HTTP/1.1 200',
  head: () => ['Accept: text/event-stream'],
  view: () => new EventView(),
};
