import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * The request in progress on each socket. No known client sends the next request before the last is answered; one that does
 * could have thousands processed in one turn.
 */
export class OneAtATime {
  /** The last answer on each socket. */
  private readonly answers = new WeakMap<Duplex, ServerResponse>();

  /** Whether nothing is under way on a socket, so that a request may begin. */
  isFree(socket: Duplex): boolean {
    const last = this.answers.get(socket);
    return last === undefined || (last.writableEnded && last.shouldKeepAlive);
  }

  begin(socket: Duplex, answer: ServerResponse): void {
    this.answers.set(socket, answer);
  }

  lastOf(socket: Duplex): ServerResponse | undefined {
    return this.answers.get(socket);
  }
}

/** An answer that llhttp takes for an error (on_headers_complete knows 0, 1 and 2). */
const STOP_PARSING = -1;

/** What Node has of a socket on which it reads HTTP; nothing public stops it in the middle of a piece. */
interface ParsedSocket extends Duplex {
  readonly parser?: { onIncoming?: () => number } | null;
}

/** Ends a socket in the middle of what was read from it. */
export function endUnread(socket: ParsedSocket): void {
  // Otherwise Node reads on through the chunk at hand, thousands of requests in 64 KiB, even after the socket is destroyed.
  if (socket.parser) socket.parser.onIncoming = () => STOP_PARSING;
  socket.destroy();
}
