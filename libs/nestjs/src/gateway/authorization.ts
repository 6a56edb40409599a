import type { Duplex } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { Guard } from '@ws-hub/hub';
import { type ConnectRequest, HubAuthorizer, type Verdict } from '../access/hub-authorizer.js';
import type { Refusal } from './admission.js';
import { Caps, refusal } from './caps.js';
import { CLIENT_ID, CLIENT_ID_RULE, GATEWAY_OPTIONS, type GatewayOptions } from './gateway-options.js';

const BUSY = refusal(503, 'auth_busy', 'too many handshakes wait for authorization');
const LATE = refusal(503, 'auth_timeout', 'authorization took too long');
const FAILED = refusal(503, 'auth_failed', 'authorization failed');
const [MIN_STATUS, MAX_STATUS] = [400, 599];

/** Who may come in. */
export interface Grant {
  /** Undefined for somebody whom the hub is to name. */
  readonly clientId: string | undefined;
}

type Settled = (answer: Grant | Refusal) => void;

/**
 * Asks the authorizer, and keeps the sockets that wait for its answer: they are bounded, each has a time limit, and all
 * count as connections meanwhile, so that no cap is passed when many answers come at once. An authorizer that answers
 * at once makes nobody wait.
 */
@Injectable()
export class Authorization {
  /** Ends the wait of each; without an answer, the peer has left. */
  private readonly waiting = new Set<(answer?: Grant | Refusal) => void>();

  constructor(
    @Inject(GATEWAY_OPTIONS) private readonly options: GatewayOptions,
    private readonly authorizer: HubAuthorizer,
    private readonly caps: Caps,
    private readonly guard: Guard,
  ) {}

  /**
   * @param settled told once, at once or later; never if the peer leaves meanwhile. It does not throw.
   * @returns whether the socket waits, and counts as a connection meanwhile
   */
  ask(connect: ConnectRequest, socket: Duplex, settled: Settled): boolean {
    const isBusy = this.waiting.size >= this.options.maxPendingConnects;
    const answer = isBusy ? BUSY : this.verdict(connect);
    if (answer instanceof Promise) this.wait(answer, connect.remoteAddress, socket, settled);
    else settled(answer);
    return answer instanceof Promise;
  }

  /** Nobody waits any longer. */
  refuseAll(refusal: Refusal): void {
    for (const end of this.waiting) end(refusal);
  }

  private verdict(connect: ConnectRequest): Grant | Refusal | Promise<Grant | Refusal> {
    try {
      const verdict = this.authorizer.connect(connect);
      if (!isPromise(verdict)) return answerOf(verdict);
      return Promise.resolve(verdict)
        .then(answerOf)
        .catch((error: unknown) => this.failed(error));
    } catch (error) {
      return this.failed(error);
    }
  }

  private wait(answer: Promise<Grant | Refusal>, address: string, socket: Duplex, settled: Settled): void {
    const end = (given?: Grant | Refusal): void => {
      if (!this.waiting.delete(end)) return;
      clearTimeout(timer);
      socket.off('close', left).off('end', left);
      this.caps.remove(address);
      if (given === undefined) socket.destroy();
      else settled(given);
    };
    const left = () => end();
    const timer = setTimeout(end, this.options.authTimeoutMs, LATE);
    this.caps.add(address);
    this.waiting.add(end);
    socket.on('close', left).on('end', left);
    // It never rejects: what the authorizer throws has become an answer.
    answer.then(end);
  }

  private failed(error: unknown): Refusal {
    this.guard.failed('authorizer', error);
    return FAILED;
  }
}

function isPromise(verdict: Verdict | Promise<Verdict>): verdict is Promise<Verdict> {
  return 'then' in verdict;
}

/** @throws TypeError if it is no verdict: whoever is in doubt stays out */
function answerOf(verdict: Verdict): Grant | Refusal {
  if (verdict.allowed === true) {
    const { clientId } = verdict;
    if (clientId !== undefined && !CLIENT_ID.test(clientId))
      throw new TypeError(`the authorizer's clientId ${JSON.stringify(clientId)} is not ${CLIENT_ID_RULE}`);
    return { clientId };
  }
  if (verdict.allowed === 'hello') throw new TypeError('not there yet');
  const { allowed, status, reason } = verdict;
  if (allowed === false && Number.isInteger(status) && status >= MIN_STATUS && status <= MAX_STATUS)
    return { status, reason: 'unauthorized', message: String(reason) };
  throw new TypeError(`the authorizer's answer ${JSON.stringify(verdict)} is no verdict`);
}
