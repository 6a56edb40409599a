import { type Connection, type Hub, NO_ACCESS } from '@ws-hub/hub';
import { CLOSE, type Hello, httpStatusMeansStop } from '@ws-hub/protocol';
import type { TokenRequest } from '../access/hub-authorizer.js';
import type { Refusal } from './admission.js';
import type { Authorization, Grant } from './authorization.js';
import { closeCodeOf } from './close-refused.js';

type Moment = TokenRequest['moment'];

export const REVOKED: Refusal = { status: 401, reason: 'unauthorized', message: 'the token is revoked' };
const TOO_MANY: Refusal = {
  status: 429,
  reason: 'connections_per_user',
  message: 'too many connections of this user',
};
const ANOTHER_USER: Refusal = {
  status: 403,
  reason: 'unauthorized',
  message: 'the token belongs to another user; open a new connection for that user',
};

/** Judges the tokens that arrive over one connection. Further input of the connection waits in the meantime. */
export class V1Credentials {
  constructor(
    private readonly connection: Connection,
    private readonly hub: Hub,
    private readonly authorization: Authorization,
  ) {}

  /** Whether a hello has credentials to judge, or lacks the ones that are required. */
  areIn({ token }: Hello): boolean {
    if (!this.authorization.takesTokens) return false;
    return token !== undefined || this.connection.access === NO_ACCESS;
  }

  /** @param settled called once; never if the client leaves first */
  judge(moment: Moment, token: string | undefined, settled: (answer: Grant | Refusal) => void): void {
    const { connection } = this;
    const { channel, remoteAddress, access } = connection;
    connection.pause('auth');
    this.authorization.judge({ moment, token, channel, remoteAddress, user: access?.user }, (answer) =>
      this.hub.guard.run(
        'token',
        () => this.settle(moment, answer, settled),
        () => connection.close(CLOSE.internalError, 'internal error'),
      ),
    );
  }

  private settle(moment: Moment, answer: Grant | Refusal, settled: (answer: Grant | Refusal) => void): void {
    try {
      if (this.connection.isOpen) this.tell(this.problemOf(moment, answer) ?? answer, settled);
    } finally {
      this.connection.resume('auth');
    }
  }

  private tell(answer: Grant | Refusal, settled: (answer: Grant | Refusal) => void): void {
    if ('status' in answer) this.hub.events.refused(this.connection, answer.message);
    settled(answer);
  }

  private problemOf(moment: Moment, answer: Grant | Refusal): Refusal | undefined {
    if ('status' in answer) return undefined;
    const { access } = answer;
    if (this.isAnotherUser(moment, access?.user)) return ANOTHER_USER;
    const problem = access && this.hub.problemOf(access, this.connection);
    if (problem === undefined) return undefined;
    return problem === 'revoked' ? REVOKED : TOO_MANY;
  }

  /** Before its hello a client may become any user. Later its identity is fixed, because its session contains it. */
  private isAnotherUser(moment: Moment, user: string | undefined): boolean {
    const known = this.connection.access?.user;
    return moment === 'refresh' ? user !== known : known !== undefined && user !== known;
  }
}

/** The close code for a rejected hello. */
export function helloCloseCode(refusal: Refusal): number {
  return (
    closeCodeOf(refusal) ?? (httpStatusMeansStop(refusal.status) ? CLOSE.forbidden : CLOSE.tryAgainLater)
  );
}
