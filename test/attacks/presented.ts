import { connect } from 'node:net';
import { CLOSE, FrameView } from '../../bench/src/generator/frame.js';
import { handshake } from '../../libs/testing/src/raw-socket.js';

const END_OF_HEAD = '\r\n\r\n';
const STATUS_AT = 'HTTP/1.1 '.length;
const SWITCHING = 101;

/** A token that is sent to a hub. */
export interface Presented {
  readonly token: string;
  /** From a page, which is answered with a close frame; from a program, which is answered in HTTP otherwise. */
  readonly isPage: boolean;
  /** Keeps its side open until the hub terminates it. */
  readonly lingers: boolean;
  readonly localAddress: string;
}

/** The result: the close code, or the status without one; 0 without an answer. */
export function present(port: number, presented: Presented): Promise<number> {
  const { isPage, lingers, localAddress } = presented;
  const socket = connect({ port, host: '127.0.0.1', localAddress, allowHalfOpen: lingers });
  let answer = Buffer.alloc(0);
  return new Promise((resolve) => {
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(outcomeOf(answer)));
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      const outcome = outcomeOf(answer);
      if (outcome === 0 || (isPage && outcome === SWITCHING)) return;
      resolve(outcome);
      // Without TIME_WAIT: there are not enough ports.
      if (!lingers) socket.resetAndDestroy();
    });
    socket.write(requestOf(presented));
  });
}

function requestOf({ token, isPage }: Presented): string {
  if (isPage) return handshake(`/ws?access_token=${token}`, { Origin: 'https://page.example' });
  return handshake('/ws', { Authorization: `Bearer ${token}` });
}

function outcomeOf(answer: Buffer): number {
  const end = answer.indexOf(END_OF_HEAD);
  if (end === -1) return 0;
  const status = Number(answer.toString('latin1', STATUS_AT, STATUS_AT + 3));
  if (status !== SWITCHING) return status;
  const view = new FrameView();
  const isWhole = view.read(answer, end + END_OF_HEAD.length);
  return isWhole && view.opcode === CLOSE ? answer.readUInt16BE(view.payload) : status;
}
