import { HUB_PATH } from '@ws-hub/protocol';
import { isNamelessEvent } from './event-view.js';
import { KEY_TEMPLATE, MARKER_BYTES } from './marker.js';
import { eventStream, type Transport, webSocket } from './transport.js';

export type DialectName = 'plain' | 'hub.v1' | 'socket.io' | 'sse';

/** How a server wants to be spoken to. */
export interface Dialect {
  readonly transport: Transport;
  /** What those who talk use, where this one is for listening only. */
  readonly talkers?: Dialect;
  readonly path: string;
  /** Further lines of the handshake's head. */
  readonly headers?: readonly string[];
  /** What a client says first. */
  readonly greeting?: string;
  /** How many text frames a server says before a client is in, with what to answer to each. */
  readonly welcome: readonly (string | undefined)[];
  /** The text that says a content, which needs no escapes. */
  wrap(content: string): string;
  /** Whether a text is somebody's message: in time that does not count, since millions are read a second. */
  isMessage(bytes: Buffer, payload: number, end: number): boolean;
  /** The answer to a text that is no message, empty for none; undefined if the server must not say it. */
  answer(text: string): string | undefined;
}

/** Envelopes are longer than anything else that is said. */
function holdsMarker(_bytes: Buffer, payload: number, end: number): boolean {
  return end - payload >= MARKER_BYTES;
}

const plain: Dialect = {
  transport: webSocket,
  path: HUB_PATH,
  welcome: [],
  wrap: (content) => content,
  isMessage: holdsMarker,
  answer: () => undefined,
};

/** Engine.IO 4 packets with Socket.IO 5 packets inside: `0` open, `2` ping, `3` pong, `4` message; `40` connect, `42` event. */
const socketIo: Dialect = {
  transport: webSocket,
  path: '/socket.io/?EIO=4&transport=websocket',
  welcome: ['40', undefined],
  isMessage: holdsMarker,
  wrap: (content) => `42["message","${content}"]`,
  answer: (text) => (text === '2' ? '3' : undefined),
};

/** Where the first letter of the type stands in `{"type":"message"`, and that letter. */
const TYPE_AT = '{"type":"'.length;
const M = 'm'.charCodeAt(0);

/** Each message has a key of its own, which the talker writes; acks are read and passed over. */
const hubV1: Dialect = {
  transport: webSocket,
  path: HUB_PATH,
  headers: ['Sec-WebSocket-Protocol: hub.v1'],
  greeting: '{"type":"hello"}',
  welcome: [undefined],
  wrap: (content) => `{"type":"publish","key":"${KEY_TEMPLATE}","content":"${content}"}`,
  isMessage: (bytes, payload) => bytes[payload + TYPE_AT] === M,
  answer: (text) => {
    if (text === '{"type":"ping"}') return '{"type":"pong"}';
    return /^{"type":"(ack|position)"/.test(text) ? '' : undefined;
  },
};

/** Named events tell of the stream itself, comments that the server is there. */
const ABOUT_THE_STREAM = /^(:|retry: \d+\n\n|(retry: \d+\n)?(id: \S+\n)?event: (welcome|position)\n)/;

/** Server-sent events of the hub; what is said comes over WebSocket. */
const sse: Dialect = {
  transport: eventStream,
  talkers: plain,
  path: '/v1/events?channel=main',
  // An advice on when to come back, and the welcome itself.
  welcome: [undefined, undefined],
  wrap: plain.wrap,
  isMessage: isNamelessEvent,
  answer: (text) => (ABOUT_THE_STREAM.test(text) ? '' : undefined),
};

export const DIALECTS: Readonly<Record<DialectName, Dialect>> = {
  plain,
  'hub.v1': hubV1,
  'socket.io': socketIo,
  sse,
};
