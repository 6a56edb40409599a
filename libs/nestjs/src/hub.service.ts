import { Inject, Injectable } from '@nestjs/common';
import { Clock, HistoryError, Hub, MessageLog, NoticeError, type PublishOutcome } from '@ws-hub/hub';
import { CLOSE } from '@ws-hub/protocol';
import { GATEWAY_OPTIONS } from './gateway/gateway-options.js';
import type { HubPeer, StoredMessage } from './handlers/decorators.js';
import { peerOf } from './handlers/handler-observer.js';
import { check, checkLimit, DEFAULT_LIMIT, HubApiError } from './hub.api-checks.js';
import type { ResolvedOptions } from './hub.options.js';

const SECOND_MS = 1_000;

/** What became of a message. */
export interface Published {
  readonly id: string;
  /** A message of the same key was stored before, and this one was not. */
  readonly duplicate: boolean;
}

/** Which tokens are to count no more: all of a user, one by its name, or with neither those of everybody. */
export interface RevocationRequest {
  readonly user?: string | undefined;
  /** The claim `jti`. */
  readonly tokenId?: string | undefined;
  /** Tokens that were issued later still count. By default now, and the tolerance for the issuer's clock later. */
  readonly issuedBefore?: Date | undefined;
  /** When the last of these tokens has expired. By default after the longest life that a token may have. */
  readonly until?: Date | undefined;
}

/** The connections of this hub. */
export interface HubConnections {
  readonly count: number;
  /** As many as were asked for. */
  readonly peers: readonly HubPeer[];
}

/**
 * The hub, for the application that it lives in: what everybody injects. Gateways and dialects bring clients to its door;
 * everybody else speaks, reads and looks here. Handlers are not told of what the application itself publishes.
 */
@Injectable()
export class HubService {
  /** @param door where gateways and dialects bring clients in */
  constructor(
    readonly door: Hub,
    private readonly log: MessageLog,
    private readonly clock: Clock,
    @Inject(GATEWAY_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /** Whether messages can be stored now, as far as one can know. */
  get isReady(): boolean {
    return this.log.isReady;
  }

  /**
   * Says something to everybody on a channel, under the application's client id (option `applicationId`). The span that is
   * active goes on with the message.
   *
   * @param key the application's name for the message: what is published again under it within a minute is stored once
   * @returns when it is stored
   * @throws HubApiError `bad_request` for a bad channel, content or key; `unavailable` if the log could not take it
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
    // It has no sender, so nobody's rights are judged.
    if (outcome.result === 'forbidden') throw new HubApiError('bad_request', outcome.reason);
    if (outcome.result === 'unavailable') {
      counters.unavailable++;
      throw new HubApiError('unavailable', outcome.reason);
    }
    return { id: this.log.textOf(outcome.position), duplicate: outcome.result === 'duplicate' };
  }

  /**
   * What was said on a channel and is kept, oldest first: the first messages after `since`, or the newest of all. Eight
   * are read at a time; more wait for their turn.
   *
   * @param limit from 1 to 10,000; 100 if it is left out
   * @param since the id of a message, which is left out itself
   * @throws HubApiError `bad_request`; `gone` if what followed on `since` is not all kept; `unavailable`, also
   * if 1,000 wait already
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
   * Closes all connections that a client has on this hub.
   *
   * @param code 1000 or 3000-4999, or one that PROTOCOL.md names, which also says whether the client comes back
   * @param reason at most 123 bytes
   * @returns how many there were
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
   * Closes all connections that a user or a client has, on all hubs of the log.
   *
   * @param target one of the two
   * @param code, reason as for `disconnect`
   * @returns when all hubs are told; on this one it is done at once
   * @throws HubApiError `bad_request`; `unavailable` if the other hubs could not be told: it is done on this one only
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
        `done on this hub only, the others could not be told: ${error.message}`,
      );
    }
  }

  /**
   * Tokens count no more, on all hubs of the log: connections with them end (4401), and no other is admitted with them.
   *
   * It is in force on this hub at once, and on the others when the promise resolves, about. It outlives a restart where the
   * log does, and is kept until the tokens that it means have expired.
   *
   * @throws HubApiError `bad_request`; `unavailable` if the log did not take it: only this hub knows, so try again; `full`
   */
  async revoke({ user, tokenId, issuedBefore, until }: RevocationRequest): Promise<void> {
    const [issuedBeforeS, untilMs] = [issuedBefore && secondsOf(issuedBefore), until?.getTime()];
    const nowMs = this.clock.unixMs();
    check.revocation({ user, tokenId, issuedBeforeS, untilMs }, nowMs);
    const { jwtClockToleranceMs: toleranceMs, jwtMaxLifetimeMs } = this.options;
    // The clock of the issuer may be ahead of this one.
    const soonS = Math.floor((nowMs + toleranceMs) / SECOND_MS) + 1;
    const request = {
      user,
      tokenId,
      issuedBeforeS: issuedBeforeS ?? soonS,
      // A token may be longer by the tolerance, and is accepted for as long after its end.
      untilMs: untilMs ?? nowMs + jwtMaxLifetimeMs + 2 * toleranceMs,
    };
    try {
      await this.door.revoke(request);
    } catch (error) {
      throw error instanceof NoticeError ? new HubApiError(error.code, error.message) : error;
    }
  }

  /**
   * How many connections this hub has, and who they are.
   *
   * @param limit how many of them are told of, from 1 to 10,000; 100 if it is left out
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

/** The application waits for its turn, so nothing that it asks for is too much by itself. */
function historyError({ code, message }: HistoryError): HubApiError {
  return new HubApiError(code === 'gone' ? 'gone' : 'unavailable', message);
}

function secondsOf(time: Date): number {
  return Math.floor(time.getTime() / SECOND_MS);
}
