import { isPassword, type PasswordHash } from '@ws-hub/config';
import type { Clock } from '@ws-hub/hub';
import { ConsoleError } from './console-route.js';
import { LoginLimits } from './login-limits.js';

/** One is computed at a time: each takes a core for a fifth of a second, and 16 MiB. */
const MAX_WAITING = 8;

/** Checks passwords, with bounds on rate and cost. */
export class PasswordCheck {
  private readonly limits: LoginLimits;
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  constructor(
    private readonly hash: PasswordHash,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
  ) {
    this.limits = new LoginLimits(clock.monotonicMs());
  }

  /**
   * @param network the network that a wrong password is counted for
   * @throws ConsoleError 429 after too many wrong ones, 503 while too many are being checked
   */
  async isRight(password: string, network: string): Promise<boolean> {
    if (this.waiting >= MAX_WAITING)
      throw new ConsoleError(503, 'too many sign-ins at the moment: try again in a few seconds');
    const waitS = this.limits.attempt(network, this.clock.monotonicMs());
    if (waitS > 0)
      throw new ConsoleError(429, `too many wrong passwords: five per minute are allowed; wait ${waitS} s`);
    const isRight = await this.inTurn(() => isPassword(password, this.hash));
    if (isRight) this.limits.succeeded(network, this.clock.monotonicMs());
    return isRight;
  }

  private async inTurn(work: () => Promise<boolean>): Promise<boolean> {
    this.waiting++;
    const result = this.last.then(work);
    // The caller gets the error; the next walk continues regardless.
    this.last = result.then(
      () => undefined,
      () => undefined,
    );
    try {
      return await result;
    } finally {
      this.waiting--;
    }
  }
}
