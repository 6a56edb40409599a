import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Problem, plainAddress, type Refusal, type RefusalCounter } from '@ws-hub/nestjs/gateway';

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
/** The peer is gone: nothing can be answered. */
const GONE = new Set(['ECONNRESET', 'EPIPE']);

/**
 * Answers what Node could not read as a request: bad bytes, too many headers, half a request and then silence.
 *
 * @param isForApi whether the body of a request below `/v1` is under way on a socket
 */
export function badRequestAnswer(refusals: RefusalCounter, isForApi: (socket: Socket) => boolean) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (GONE.has(error.code ?? '') || !socket.writable) {
      socket.destroy();
      return;
    }
    const refusal = ANSWERS[error.code ?? ''] ?? BAD_REQUEST;
    refusals.count(plainAddress(socket.remoteAddress), refusal);
    socket.end(isForApi(socket) ? problem(refusal) : answer(refusal));
    socket.destroySoon();
  };
}

function problem({ status, message }: Refusal): string {
  const body = JSON.stringify(new Problem(status, message).details);
  return answer({ status }, body, 'Content-Type: application/problem+json\r\n');
}

function answer({ status }: Pick<Refusal, 'status'>, body = '', headers = ''): string {
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n`;
  return `${head}${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
