import type { Entry, HubObserver, MessageLog, Publisher } from '@ws-hub/hub';
import type { Handled, HubLeave, HubPeer, StoredMessage } from './decorators.js';
import type { HandlerLane } from './handler-lane.js';
import { matches } from './pattern.js';

/** A method of a provider, and what it handles. */
export interface Handler extends Handled {
  readonly lane: HandlerLane;
}

/** Queues the hub's events for the handlers that subscribe to them. */
export class HandlerObserver {
  constructor(
    private readonly handlers: readonly Handler[],
    private readonly log: Pick<MessageLog, 'textOf'>,
  ) {}

  /** Only contains the callbacks that some handler needs. */
  get observer(): HubObserver {
    const [messages, joins, leaves] = (['message', 'join', 'leave'] as const).map((what) =>
      this.handlers.filter((handler) => handler.what === what),
    ) as [Handler[], Handler[], Handler[]];
    return {
      ...(messages.length > 0 && {
        stored: (entry, sender) => sender && this.stored(messages, entry, sender),
      }),
      ...(joins.length > 0 && { connected: (connection) => call(joins, peerOf(connection), undefined) }),
      ...(leaves.length > 0 && {
        disconnected: (connection, { code }) => call(leaves, peerOf(connection), { code } satisfies HubLeave),
      }),
    };
  }

  private stored(handlers: readonly Handler[], entry: Entry, sender: Publisher): void {
    const wanted = handlers.filter(({ pattern }) => matches(pattern, entry.channel));
    if (wanted.length > 0) call(wanted, peerOf(sender), this.messageOf(entry));
  }

  private messageOf({ position, channel, clientId, user, key, timestamp, content }: Entry): StoredMessage {
    return { id: this.log.textOf(position), channel, clientId, user, key, timestamp, content };
  }
}

function call(handlers: readonly Handler[], peer: HubPeer, data: unknown): void {
  for (const { lane, pattern } of handlers) lane.add([peer, data, pattern]);
}

/** A copy, so that a waiting call keeps no ended connection in memory. */
export function peerOf({ clientId, access, remoteAddress, channel }: Publisher): HubPeer {
  return { clientId, user: access?.user, remoteAddress, channel };
}
