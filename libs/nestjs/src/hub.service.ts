import { Inject, Injectable } from '@nestjs/common';
import { Clock, HistoryError, Hub, MessageLog, NoticeError, type PublishOutcome } from '@ws-hub/hub';
import { CLOSE } from '@ws-hub/protocol';
import { GATEWAY_OPTIONS } from './gateway/gateway-options.js';
import type { HubPeer, StoredMessage } from './handlers/decorators.js';
import { peerOf } from './handlers/handler-observer.js';
import { check, checkLimit, DEFAULT_LIMIT, HubApiError } from './hub.api-checks.js';
import type { ResolvedOptions } from './hub.options.js';

const SECOND_MS = 1_000;

/** The result of publishing a message. */
export interface Published {
  readonly id: string;
  /** A message with the same key was stored before; this one was not stored. */
  readonly duplicate: boolean;
}

/** Selects the tokens to revoke: all of a user, one by its id, or with neither those of all users. */
export interface RevocationRequest {
  readonly user?: string | undefined;
  /** The claim `jti`. */
  readonly tokenId?: string | undefined;
  /** Tokens issued later stay valid. By default now, plus the tolerance for the issuer's clock. */
  readonly issuedBefore?: Date | undefined;
  /** When the last of these tokens has expired. By default after the maximum lifetime of a token. */
  readonly until?: Date | undefined;
}

/** The connections of this hub. */
export interface HubConnections {
  readonly count: number;
  /** At most as many as requested. */
  readonly peers: readonly HubPeer[];
}

/**
 * The hub's API for the application; inject it anywhere. Only gateways and dialects use the hub's entry for clients;
 * everything else publishes, reads and inspects here. Message handlers are not called for messages that the application
 * itself publishes.
 */
@Injectable()
export class HubService {
  /** @param door the entry for gateways and dialects */
  constructor(
    readonly door: Hub,
    private readonly log: MessageLog,
    private readonly clock: Clock,
    @Inject(GATEWAY_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /** Whether messages can be stored now, as far as the hub knows. */
  get isReady(): boolean {
    return this.log.isReady;
  }

  /**
   * Publishes a message on a channel, under the application's client id (option `applicationId`). The active span
   * becomes the parent of the message's.
   *
   * @param channel the channel
   * @param content the text
   * @param key the application's key of the message: a message that is published again with the same key within a
   *   minute is stored once
   * @returns when the message is stored
   * @throws HubApiError `bad_request` for an invalid channel, content or key; `unavailable` if the log could not store
   *   it
   */
  async publish(channel: string, content: string, { key }: { key?: string } = {}): Promise<Published> {
    const { applicationId: clientId, maxPayload } = this.options;
    check.channel(channel);
    check.key(key);
    check.content(content, maxPayload);
    const trace = this.door.activeTrace();
    const outcome = await new Promise<PublishOutcome>((settled) =>
      this.door.publish({ clientId, channel, content, key, trace }, settled),
    );
    const { counters } = this.door;
    if (outcome.result === 'duplicate') counters.duplicates++;
    // There is no sender whose rights could be checked.
    if (outcome.result === 'forbidden') throw new HubApiError('bad_request', outcome.reason);
    if (outcome.result === 'unavailable') {
      counters.unavailable++;
      throw new HubApiError('unavailable', outcome.reason);
    }
    return { id: this.log.textOf(outcome.position), duplicate: outcome.result === 'duplicate' };
  }

  /**
   * Reads the stored messages of a channel, oldest first: the first messages after `since`, or the newest ones. Eight
   * reads run at a time; further reads wait for their turn.
   *
   * @param channel the channel to read
   * @param options which messages
   * @param options.limit 1-10,000; 100 by default
   * @param options.since the id of a message, which is not included itself
   * @throws HubApiError `bad_request`; `gone` if not all messages after `since` are kept; `unavailable`, also if 1,000
   *   reads are waiting already
   */
  async history(
    channel: string,
    { limit = DEFAULT_LIMIT, since }: { limit?: number; since?: string } = {},
  ): Promise<StoredMessage[]> {
    check.channel(channel);
    checkLimit(limit);
    try {
      const account = this.door.accountOf(this.options.applicationId);
      const { entries } = await this.door.histories.forApplication(() =>
        this.door.history({ channel, limit, since }, account),
      );
      return entries.map(({ position, trace: _, ...message }) => ({
        id: this.log.textOf(position),
        ...message,
      }));
    } catch (error) {
      throw error instanceof HistoryError ? historyError(error) : error;
    }
  }

  /**
   * Closes all connections of a client on this hub.
   *
   * @param clientId whose connections
   * @param options the close code and reason for the client
   * @param options.code 1000 or 3000-4999, or a code in PROTOCOL.md, which also says whether the client reconnects
   * @param options.reason at most 123 bytes
   * @returns the number of connections closed
   * @throws HubApiError `bad_request` for another code or reason
   */
  disconnect(clientId: string, { code = CLOSE.policyViolation as number, reason = '' } = {}): number {
    check.closeCode(code);
    check.reason(reason);
    const connections = this.door.connectionsOf(clientId);
    for (const connection of connections) connection.close(code, reason);
    return connections.length;
  }

  /**
   * Closes all connections of a user or a client, on all hubs that share the log.
   *
   * @param target a user or a client id
   * @param options as for `disconnect`
   * @returns when all hubs are notified; on this hub it takes effect at once
   * @throws HubApiError `bad_request`; `unavailable` if the other hubs could not be notified: it took effect on this hub
   *   only
   */
  async disconnectEverywhere(
    { user, clientId }: { readonly user?: string | undefined; readonly clientId?: string | undefined },
    { code = CLOSE.policyViolation as number, reason = '' } = {},
  ): Promise<void> {
    check.target(user, clientId);
    check.closeCode(code);
    check.reason(reason);
    try {
      await this.door.disconnect({ user, clientId, code, reason });
    } catch (error) {
      if (!(error instanceof NoticeError)) throw error;
      throw new HubApiError(
        'unavailable',
        `done on this hub only; the other hubs could not be notified: ${error.message}`,
      );
    }
  }

  /**
   * Revokes tokens on all hubs that share the log: their connections are closed (4401), and new ones are rejected.
   *
   * The revocation takes effect on this hub at once, and on the others at about the time when the promise resolves. It
   * survives a restart if the log does, and is kept until the tokens have expired.
   *
   * @throws HubApiError `bad_request`; `unavailable` if the log did not store it: only this hub knows, so try again;
   *   `full`
   */
  async revoke({ user, tokenId, issuedBefore, until }: RevocationRequest): Promise<void> {
    const [issuedBeforeS, untilMs] = [issuedBefore && secondsOf(issuedBefore), until?.getTime()];
    const nowMs = this.clock.unixMs();
    check.revocation({ user, tokenId, issuedBeforeS, untilMs }, nowMs);
    const { jwtClockToleranceMs: toleranceMs, jwtMaxLifetimeMs } = this.options;
    // The issuer's clock may be ahead of this one.
    const soonS = Math.floor((nowMs + toleranceMs) / SECOND_MS) + 1;
    const request = {
      user,
      tokenId,
      issuedBeforeS: issuedBeforeS ?? soonS,
      // A token may live longer by the tolerance, and is accepted for as long after its expiry.
      untilMs: untilMs ?? nowMs + jwtMaxLifetimeMs + 2 * toleranceMs,
    };
    try {
      await this.door.revoke(request);
    } catch (error) {
      throw error instanceof NoticeError ? new HubApiError(error.code, error.message) : error;
    }
  }

  /**
   * The number of connections on this hub, and their clients.
   *
   * @param limit maximum number of clients listed, 1-10,000; 100 by default
   * @throws HubApiError `bad_request` for another limit
   */
  connections({ limit = DEFAULT_LIMIT }: { limit?: number } = {}): HubConnections {
    checkLimit(limit);
    const peers: HubPeer[] = [];
    for (const connection of this.door.all) {
      if (peers.length >= limit) break;
      peers.push(peerOf(connection));
    }
    return { count: this.door.size, peers };
  }
}

/** The application waits for its turn, so its requests are never rejected as too many. */
function historyError({ code, message }: HistoryError): HubApiError {
  return new HubApiError(code === 'gone' ? 'gone' : 'unavailable', message);
}

function secondsOf(time: Date): number {
  return Math.floor(time.getTime() / SECOND_MS);
}
