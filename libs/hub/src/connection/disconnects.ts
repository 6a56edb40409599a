import type { Users } from '../access/users.js';
import type { MessageLog } from '../log/message-log.js';
import type { Notice } from '../log/notice.js';
import type { NoticeBoard } from '../notices/notice-board.js';
import type { Connection } from './connection.js';

const TOPIC = 'disconnect';

/** The connections to close, and the close code and reason. */
export interface Disconnection {
  /** Exactly one of the two. */
  readonly user?: string | undefined;
  readonly clientId?: string | undefined;
  readonly code: number;
  readonly reason: string;
}

/** Closes the connections of a user or a client, on all running hubs of a log. */
export class Disconnects {
  constructor(
    board: NoticeBoard,
    private readonly log: MessageLog,
    private readonly users: Users,
    private readonly all: ReadonlySet<Connection>,
  ) {
    board.on(TOPIC, (notice) => this.end(read(notice)));
  }

  /**
   * @returns when all hubs are notified; on this one it takes effect at once
   * @throws NoticeError if the other hubs could not be notified
   */
  async everywhere(disconnection: Disconnection): Promise<void> {
    this.end(disconnection);
    await this.log.post({ topic: TOPIC, key: nameOf(disconnection), body: write(disconnection), keepMs: 0 });
  }

  /** @returns how many connections of this hub are closed */
  end({ user, clientId, code, reason }: Disconnection): number {
    const meant =
      user === undefined
        ? [...this.all].filter((each) => each.clientId === clientId)
        : [...this.users.connectionsOf(user)];
    for (const connection of meant) connection.close(code, reason);
    return meant.length;
  }
}

function nameOf({ user, clientId }: Disconnection): string {
  return JSON.stringify([user, clientId]);
}

function write({ user, clientId: client_id, code, reason }: Disconnection): string {
  return JSON.stringify({ user, client_id, code, reason });
}

/** Only hubs write notices, so an invalid one is a bug. */
function read({ body }: Notice): Disconnection {
  const { user, client_id: clientId, code, reason } = JSON.parse(body);
  if (!Number.isInteger(code)) throw new TypeError('a disconnect has no code');
  return { user, clientId, code, reason };
}
