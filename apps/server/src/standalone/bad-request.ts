import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { plainAddress, type Refusal, type RefusalCounter } from '@ws-hub/nestjs/gateway';

const BAD_REQUEST: Refusal = { status: 400, reason: 'http', message: 'this is not HTTP' };
const ANSWERS: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    reason: 'headers',
    message: 'the headers are too large',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    reason: 'timeout',
    message: 'the request took too long',
  },
};
/** The peer is gone: there is nobody to answer. */
const GONE = new Set(['ECONNRESET', 'EPIPE']);

/** Answers what Node could not read as a request: bad bytes, too many headers, half a request and then silence. */
export function badRequestAnswer(refusals: RefusalCounter) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (GONE.has(error.code ?? '') || !socket.writable) {
      socket.destroy();
      return;
    }
    const refusal = ANSWERS[error.code ?? ''] ?? BAD_REQUEST;
    refusals.count(plainAddress(socket.remoteAddress), refusal);
    const { status } = refusal;
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    );
    socket.destroySoon();
  };
}
