import { Injectable, OnApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { type BroadcastCounts, BroadcastSummary } from './broadcast-summary.js';
import type { Connection } from './connection.js';

const MAX_LOGGED_CONTENT = 256;

export interface Departure {
  readonly code: number;
  readonly reason: string;
  readonly durationMs: number;
  readonly connections: number;
}

/** What the hub tells the operator; event and field names are listed in docs/operations.md. */
@Injectable()
export class HubLog implements OnApplicationShutdown {
  private readonly summary: BroadcastSummary;
  /** Whether somebody reads of each single message. */
  readonly logsAccepted: boolean;

  constructor(private readonly logger: PinoLogger) {
    this.logsAccepted = logger.logger.isLevelEnabled('debug');
    this.summary = new BroadcastSummary((counts) =>
      logger.info({ event: 'messages_broadcast', ...counts }, 'messages broadcast'),
    );
  }

  connected({ clientId, remoteAddress, channel, member }: Connection, connections: number): void {
    this.logger.info(
      {
        event: 'client_connected',
        client_id: clientId,
        remote_address: remoteAddress,
        channel,
        dialect: member.dialect,
        connections,
      },
      'client connected',
    );
  }

  disconnected(connection: Connection, { code, reason, durationMs, connections }: Departure): void {
    this.logger.info(
      {
        event: 'client_disconnected',
        client_id: connection.clientId,
        remote_address: connection.remoteAddress,
        code,
        reason,
        duration_ms: Math.round(durationMs),
        messages_in: connection.messagesIn,
        connections,
      },
      'client disconnected',
    );
  }

  /** A hub.v1 client that left before it had said who it is. */
  unknown({ remoteAddress }: Connection, code: number): void {
    this.logger.info({ event: 'no_hello', remote_address: remoteAddress, code }, 'left without a hello');
  }

  broadcast(counts: BroadcastCounts): void {
    this.summary.add(counts);
  }

  accepted(sender: Connection, channel: string, content: string): void {
    this.logger.debug(
      {
        event: 'message_accepted',
        client_id: sender.clientId,
        channel,
        content: content.slice(0, MAX_LOGGED_CONTENT),
      },
      'message accepted',
    );
  }

  /** At warn and without the stack: it names a line of ws, and anybody on the internet can cause it. */
  protocolError(connection: Connection, error: Error & { code?: string }): void {
    const err = { type: error.name, code: error.code, message: error.message };
    this.logger.warn(
      {
        event: 'protocol_error',
        client_id: connection.clientId,
        remote_address: connection.remoteAddress,
        err,
      },
      'protocol error',
    );
  }

  slowConsumer(connection: Connection, reason: string, queuedBytes: number, waitedMs: number): void {
    this.logger.warn(
      {
        event: 'slow_consumer',
        client_id: connection.clientId,
        remote_address: connection.remoteAddress,
        reason,
        queued_bytes: queuedBytes,
        waited_ms: Math.round(waitedMs),
      },
      'slow consumer closed',
    );
  }

  /** A bug: with its stack. @param unlogged how many of its kind were not logged since the last line */
  internalError(what: string, error: unknown, unlogged: number): void {
    const err = error instanceof Error ? error : new Error(String(error));
    this.logger.error({ event: 'internal_error', what, unlogged, err }, 'internal error');
  }

  draining(connections: number, spreadMs: number): void {
    this.logger.info({ event: 'draining', connections, spread_ms: Math.round(spreadMs) }, 'draining');
  }

  onApplicationShutdown(): void {
    this.summary.end();
  }
}
