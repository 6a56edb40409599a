import type { Duplex } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { type Access, Guard, Hub, NO_ACCESS } from '@ws-hub/hub';
import {
  type ConnectRequest,
  HubAuthorizer,
  type TokenRequest,
  type Verdict,
} from '../access/hub-authorizer.js';
import type { Refusal } from './admission.js';
import { Caps, refusal } from './caps.js';
import { GATEWAY_OPTIONS, type GatewayOptions } from './gateway-options.js';
import { checkedVerdict } from './verdict.js';

const BUSY = refusal(503, 'auth_busy', 'too many handshakes are waiting for authorization');
const LATE = refusal(503, 'auth_timeout', 'authorization took too long');
const FAILED = refusal(503, 'auth_failed', 'authorization failed');
const BEARER = { 'WWW-Authenticate': 'Bearer' };

/** An admitted client. */
export interface Grant {
  /** Undefined if the hub is to generate one. */
  readonly clientId: string | undefined;
  /** The client's rights; undefined means everything. */
  readonly access: Access | undefined;
  /** The client's identity is decided at its hello. */
  readonly isJudgedAtHello: boolean;
}

type Answer = Grant | Refusal;
type Question = () => Verdict | Promise<Verdict>;

/**
 * Calls the authorizer and keeps the clients that wait for its answer. Their number and their waiting time are limited.
 * Waiting sockets count as connections, so many answers at once cannot exceed a limit. An authorizer that answers
 * synchronously makes nobody wait.
 */
@Injectable()
export class Authorization {
  /** Ends each wait; without an answer if the peer has left. */
  private readonly waiting = new Set<(answer?: Answer) => void>();

  constructor(
    @Inject(GATEWAY_OPTIONS) private readonly options: GatewayOptions,
    private readonly authorizer: HubAuthorizer,
    private readonly caps: Caps,
    private readonly hub: Hub,
    private readonly guard: Guard,
  ) {}

  /** Whether the authorizer uses tokens. */
  get takesTokens(): boolean {
    return this.authorizer.takesTokens;
  }

  /**
   * Authorizes a handshake.
   *
   * @param settled called once, at once or later; never if the peer leaves first. It must not throw.
   * @returns whether the socket waits, and counts as a connection in the meantime
   */
  ask(connect: ConnectRequest, socket: Duplex, settled: (answer: Answer) => void): boolean {
    const answer = this.answer(() => this.authorizer.connect(connect));
    if (answer instanceof Promise) this.keepWaiting(answer, connect.remoteAddress, socket, settled);
    else settled(answer);
    return answer instanceof Promise;
  }

  /** Judges a token that arrived over a connection. @param settled called once, at once or later. It must not throw. */
  judge(request: TokenRequest, settled: (answer: Answer) => void): void {
    const answer = this.answer(() => this.authorizer.authenticate(request));
    if (answer instanceof Promise)
      this.wait(answer, (given) => {
        if (given !== undefined) settled(given);
      });
    else settled(answer);
  }

  /** Ends all waits. */
  refuseAll(refusal: Refusal): void {
    for (const end of this.waiting) end(refusal);
  }

  private answer(question: Question): Answer | Promise<Answer> {
    if (this.waiting.size >= this.options.maxPendingConnects) return BUSY;
    try {
      const verdict = question();
      if (!isPromise(verdict)) return this.answerOf(verdict);
      return Promise.resolve(verdict)
        .then((answer) => this.answerOf(answer))
        .catch((error: unknown) => this.failed(error));
    } catch (error) {
      return this.failed(error);
    }
  }

  private keepWaiting(
    answer: Promise<Answer>,
    address: string,
    socket: Duplex,
    settled: (answer: Answer) => void,
  ): void {
    const left = () => end();
    const end = this.wait(answer, (given) => {
      socket.off('close', left).off('end', left);
      this.caps.remove(address);
      if (given === undefined) socket.destroy();
      else settled(given);
    });
    this.caps.add(address);
    socket.on('close', left).on('end', left);
  }

  /** @param ended called once, with the answer or without one @returns ends the wait without an answer */
  private wait(answer: Promise<Answer>, ended: (given?: Answer) => void): (given?: Answer) => void {
    const end = (given?: Answer): void => {
      if (!this.waiting.delete(end)) return;
      clearTimeout(timer);
      ended(given);
    };
    const timer = setTimeout(end, this.options.authTimeoutMs, LATE);
    this.waiting.add(end);
    // Never rejects: an error of the authorizer has become an answer.
    void answer.then(end);
    return end;
  }

  /** @throws TypeError if the verdict is invalid: in doubt the client is rejected */
  private answerOf(verdict: Verdict): Answer {
    const checked = checkedVerdict(verdict);
    if (checked.allowed === 'hello') return { clientId: undefined, access: NO_ACCESS, isJudgedAtHello: true };
    if (checked.allowed) {
      const { clientId, ...terms } = checked;
      return { clientId, access: this.hub.accessOf(terms), isJudgedAtHello: false };
    }
    const { status, reason: message, isExpired } = checked;
    // Temporary refusals carry a retry hint.
    if (status === 503 || status === 429) return refusal(status, 'unauthorized', String(message));
    const answer: Refusal = { status, reason: 'unauthorized', message: String(message), isExpired };
    return status === 401 ? { ...answer, headers: BEARER } : answer;
  }

  private failed(error: unknown): Refusal {
    this.guard.failed('authorizer', error);
    return FAILED;
  }
}

function isPromise(verdict: Verdict | Promise<Verdict>): verdict is Promise<Verdict> {
  return 'then' in verdict;
}
