import type { Auth, Authorized, ErrorMessage, Subscribed, Welcome } from '@ws-hub/protocol';
import type { Host, Memory } from './conversation.js';
import { HubError } from './errors.js';
import type { Forbidden } from './forbidden.js';
import { type RefreshSettings, TokenRefresh } from './token-refresh.js';

const REFUSED = 'the hub rejected these channels in the hello';
const LOST = 'the token no longer allows these channels';

/**
 * The requests of one connection after its `hello`: publishes, changes of channels, and a new token. A publish has a
 * key. The others have none, and the hub answers them in order.
 */
export class V1Requests {
  private readonly refresh: TokenRefresh;
  /** The number of unanswered changes of channels that were sent before the last token. */
  private changesAhead = 0;

  constructor(
    private readonly memory: Memory,
    private readonly host: Host,
    settings: RefreshSettings,
  ) {
    this.refresh = new TokenRefresh(memory.credentials, settings, {
      auth: (token) => this.auth(token),
      failed: (error) => host.notRenewed(error),
    });
  }

  /** Whether the hub owes an answer to a token. */
  get isTokenShown(): boolean {
    return this.refresh.isShown;
  }

  /** The hub has answered the `hello`. */
  open({ refused, expires_in }: Welcome, send: Parameters<Memory['channels']['open']>[0]): void {
    const lost = refused && { channels: refused, error: new HubError('forbidden', REFUSED, undefined) };
    this.memory.channels.open(send, lost);
    this.refresh.accepted(expires_in);
  }

  end(): void {
    this.refresh.end();
    this.memory.channels.close();
  }

  /** Reports what the hub has rejected in its answer to the `hello`. */
  hubOnWelcome({ refused = [] }: Welcome): void {
    this.forbid('subscribe', refused, REFUSED);
  }

  hubOnChange({ channels, reason }: Subscribed): void {
    if (reason === 'forbidden') {
      this.memory.channels.lose(channels);
      this.forbid('subscribe', channels, LOST);
    } else {
      this.changesAhead--;
      this.memory.channels.confirmed();
    }
  }

  hubOnAuthorized({ user, expires_in }: Authorized): void {
    this.memory.user = user;
    this.refresh.accepted(expires_in);
  }

  /** The hub has rejected one of them. @returns whether its caller was told */
  hubOnError(error: HubError, message: ErrorMessage): boolean {
    return error.key === undefined ? this.refused(error, message) : this.publishRefused(error, error.key);
  }

  private auth(token: string): void {
    this.changesAhead = this.memory.channels.asked;
    this.host.send(JSON.stringify({ type: 'auth', token } satisfies Auth));
    this.host.judgePause();
  }

  private publishRefused(error: HubError, key: string): boolean {
    const { outbox, homeChannel } = this.memory;
    const channel = outbox.channelOf(key) ?? homeChannel;
    const isTold = outbox.refused(error);
    if (isTold && error.code === 'forbidden') this.forbid('publish', [channel], error.message);
    return isTold;
  }

  /** The answer to a forbidden `subscribe` names its channels. The answer to a token does not. */
  private refused(error: HubError, { code, channels }: ErrorMessage): boolean {
    const isForbidden = code === 'forbidden';
    const isOfToken = channels === undefined && (isForbidden || this.changesAhead <= 0);
    if (this.refresh.isShown && isOfToken) {
      this.refresh.refused(error);
      return true;
    }
    this.changesAhead--;
    const isTold = this.memory.channels.refused(error);
    if (isForbidden) this.forbid('subscribe', channels ?? [], error.message);
    return isTold;
  }

  private forbid(action: Forbidden['action'], channels: readonly string[], reason: string): void {
    if (channels.length > 0) this.host.forbidden({ action, channels, reason });
  }
}
