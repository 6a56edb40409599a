import { Injectable } from '@nestjs/common';
import {
  type Access,
  Clock,
  type Connection,
  type HubObserver,
  type Publisher,
  type Revocation,
} from '@ws-hub/hub';
import type { Action } from '@ws-hub/protocol';
import { HubLogger } from '../logger/hub-logger.js';
import { OnceAMinute } from './once-a-minute.js';

/**
 * The audit log of access granted, denied and withdrawn. Event names are listed in docs/operations.md. Events that a
 * client can repeat at will are logged at most once per minute per client.
 */
@Injectable()
export class AccessLogger implements HubObserver {
  /** One set per kind, so that no kind can evict the others. */
  private readonly lines = new Map<string, OnceAMinute>();

  constructor(
    private readonly logger: HubLogger,
    private readonly clock: Clock,
  ) {}

  granted(connection: Connection, { tokenId, expiresAtMs }: Access, isRenewal: boolean): void {
    if (isRenewal && !this.isDue('granted', connection)) return;
    const until = expiresAtMs === undefined ? undefined : new Date(expiresAtMs).toISOString();
    this.logger.info(
      { event: 'access_granted', ...who(connection), token_id: tokenId, until, renewal: isRenewal },
      'access granted',
    );
  }

  refused(connection: Connection, reason: string): void {
    if (!this.isDue('refused', connection)) return;
    this.logger.warn({ event: 'access_refused', ...who(connection), reason }, 'access refused');
  }

  forbidden(client: Publisher, action: Action, channels: readonly string[]): void {
    if (!this.isDue(action, client)) return;
    this.logger.warn({ event: 'access_forbidden', ...who(client), action, channels }, 'access forbidden');
  }

  expired(connection: Connection): void {
    this.logger.info({ event: 'access_expired', ...who(connection) }, 'access expired');
  }

  revoked({ user, tokenId, issuedBeforeS, untilMs }: Revocation, connections: number): void {
    const issued_before = new Date(issuedBeforeS * 1_000).toISOString();
    const until = new Date(untilMs).toISOString();
    this.logger.warn(
      { event: 'access_revoked', user, token_id: tokenId, issued_before, until, connections },
      'access revoked',
    );
  }

  private isDue(what: string, { clientId, access, remoteAddress }: Publisher): boolean {
    const lines = this.lines.get(what) ?? new OnceAMinute();
    this.lines.set(what, lines);
    return lines.isDue(`${access?.user ?? remoteAddress} ${clientId}`, this.clock.monotonicMs());
  }
}

function who({ clientId, access, remoteAddress }: Publisher) {
  return { client_id: clientId, user: access?.user, remote_address: remoteAddress };
}
