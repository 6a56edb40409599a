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

const BUSY = refusal(503, 'auth_busy', 'too many handshakes wait for authorization');
const LATE = refusal(503, 'auth_timeout', 'authorization took too long');
const FAILED = refusal(503, 'auth_failed', 'authorization failed');
const BEARER = { 'WWW-Authenticate': 'Bearer' };

/** Who may come in. */
export interface Grant {
  /** Undefined for somebody whom the hub is to name. */
  readonly clientId: string | undefined;
  /** What they may do; undefined: everything. */
  readonly access: Access | undefined;
  /** Who they are is judged at their hello. */
  readonly isJudgedAtHello: boolean;
}

type Answer = Grant | Refusal;
type Question = () => Verdict | Promise<Verdict>;

/**
 * Asks the authorizer, and keeps those that wait for its answer: they are bounded, each has a time limit, and sockets
 * count as connections meanwhile, so that no cap is passed when many answers come at once. An authorizer that answers
 * at once makes nobody wait.
 */
@Injectable()
export class Authorization {
  /** Ends the wait of each; without an answer, the peer has left. */
  private readonly waiting = new Set<(answer?: Answer) => void>();

  constructor(
    @Inject(GATEWAY_OPTIONS) private readonly options: GatewayOptions,
    private readonly authorizer: HubAuthorizer,
    private readonly caps: Caps,
    private readonly hub: Hub,
    private readonly guard: Guard,
  ) {}

  /** Whether anybody looks at tokens. */
  get takesTokens(): boolean {
    return this.authorizer.takesTokens;
  }

  /**
   * Judges a handshake.
   *
   * @param settled told once, at once or later; never if the peer leaves meanwhile. It does not throw.
   * @returns whether the socket waits, and counts as a connection meanwhile
   */
  ask(connect: ConnectRequest, socket: Duplex, settled: (answer: Answer) => void): boolean {
    const answer = this.answer(() => this.authorizer.connect(connect));
    if (answer instanceof Promise) this.keepWaiting(answer, connect.remoteAddress, socket, settled);
    else settled(answer);
    return answer instanceof Promise;
  }

  /** Judges a token that came over a connection. @param settled told once, at once or later. It does not throw. */
  judge(request: TokenRequest, settled: (answer: Answer) => void): void {
    const answer = this.answer(() => this.authorizer.authenticate(request));
    if (answer instanceof Promise)
      this.wait(answer, (given) => {
        if (given !== undefined) settled(given);
      });
    else settled(answer);
  }

  /** Nobody waits any longer. */
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

  /** @param ended told once, of the answer or of nothing @returns ends the wait without an answer */
  private wait(answer: Promise<Answer>, ended: (given?: Answer) => void): (given?: Answer) => void {
    const end = (given?: Answer): void => {
      if (!this.waiting.delete(end)) return;
      clearTimeout(timer);
      ended(given);
    };
    const timer = setTimeout(end, this.options.authTimeoutMs, LATE);
    this.waiting.add(end);
    // It never rejects: what the authorizer throws has become an answer.
    void answer.then(end);
    return end;
  }

  /** @throws TypeError if it is no verdict: whoever is in doubt stays out */
  private answerOf(verdict: Verdict): Answer {
    const checked = checkedVerdict(verdict);
    if (checked.allowed === 'hello') return { clientId: undefined, access: NO_ACCESS, isJudgedAtHello: true };
    if (checked.allowed) {
      const { clientId, ...terms } = checked;
      return { clientId, access: this.hub.accessOf(terms), isJudgedAtHello: false };
    }
    const { status, reason: message, isExpired } = checked;
    // What passes by itself says when to try again.
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
