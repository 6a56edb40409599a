import { HUB_PATH } from '@ws-hub/protocol';
import { isNamelessEvent } from './event-view.js';
import { KEY_TEMPLATE, MARKER_BYTES } from './marker.js';
import { eventStream, type Transport, webSocket } from './transport.js';

export type DialectName = 'plain' | 'hub.v1' | 'socket.io' | 'sse';

/** The protocol of a server. */
export interface Dialect {
  readonly transport: Transport;
  /** The dialect of the publishers, if this one can only listen. */
  readonly talkers?: Dialect;
  readonly path: string;
  /** Additional lines of the handshake request. */
  readonly headers?: readonly string[];
  /** The first message of a client. */
  readonly greeting?: string;
  /** The text frames of a server before a client is connected, with the answer to each. */
  readonly welcome: readonly (string | undefined)[];
  /** The text that publishes a content; the content needs no escapes. */
  wrap(content: string): string;
  /** Whether a text is a client's message. It must be cheap, since millions are read per second. */
  isMessage(bytes: Buffer, payload: number, end: number): boolean;
  /** The answer to a text that is not a message, empty for none; undefined if the server must not send it. */
  answer(text: string): string | undefined;
}

/** Envelopes are longer than all other texts. */
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

/** The position of the first letter of the type in `{"type":"message"`, and that letter. */
const TYPE_AT = '{"type":"'.length;
const M = 'm'.charCodeAt(0);

/** Each message has a key of its own, which the publisher writes; acks are read and ignored. */
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

/** Named events are about the stream itself, and comments are signs of life. */
const ABOUT_THE_STREAM = /^(:|retry: \d+\n\n|(retry: \d+\n)?(id: \S+\n)?event: (welcome|position)\n)/;

/** Server-sent events of the hub; its publishers use WebSocket. */
const sse: Dialect = {
  transport: eventStream,
  talkers: plain,
  path: '/v1/events?channel=main',
  // A retry advice, and the welcome itself.
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
