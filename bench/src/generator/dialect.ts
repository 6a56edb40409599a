import { HUB_PATH } from '../../../libs/protocol/src/handshake.js';

export type DialectName = 'plain' | 'socket.io';

/** How a server wants to be spoken to inside its WebSocket. */
export interface Dialect {
  readonly path: string;
  /** How many text frames a server says before a client is in, with what to answer to each. */
  readonly welcome: readonly (string | undefined)[];
  /** The text that says a content, which needs no escapes. */
  wrap(content: string): string;
  /** The answer to a text that is no message; undefined if the server must not say it. */
  answer(text: string): string | undefined;
}

const plain: Dialect = {
  path: HUB_PATH,
  welcome: [],
  wrap: (content) => content,
  answer: () => undefined,
};

/** Engine.IO 4 packets with Socket.IO 5 packets inside: `0` open, `2` ping, `3` pong, `4` message; `40` connect, `42` event. */
const socketIo: Dialect = {
  path: '/socket.io/?EIO=4&transport=websocket',
  welcome: ['40', undefined],
  wrap: (content) => `42["message","${content}"]`,
  answer: (text) => (text === '2' ? '3' : undefined),
};

export const DIALECTS: Readonly<Record<DialectName, Dialect>> = { plain, 'socket.io': socketIo };
