import { Injectable, OnApplicationShutdown } from '@nestjs/common';
import {
  Clock,
  type Connection,
  type Departure,
  type Entry,
  type Flush,
  type HubObserver,
  type SlowReason,
  type Violation,
} from '@ws-hub/hub';
import { HubLogger } from '../logger/hub-logger.js';
import { BroadcastSummary } from './broadcast-summary.js';

const MAX_LOGGED_CONTENT = 256;

/** Each kind of bug is logged at most once in this time. */
const LOG_ONCE_PER_MS = 1_000;

/** When a kind of bug was last logged, and how many were suppressed since. */
interface Logged {
  readonly atMs: number;
  readonly unlogged: number;
}

/** Logs the hub's events. Event and field names are listed in docs/operations.md. */
@Injectable()
export class EventLogger implements HubObserver, OnApplicationShutdown {
  private readonly summary: BroadcastSummary;
  /** By the operation that failed. Its names are constants in the code, so there are few. */
  private readonly logged = new Map<string, Logged>();
  /** Logs every message; only set if debug lines are written. */
  readonly stored: ((entry: Entry) => void) | undefined;

  constructor(
    private readonly logger: HubLogger,
    private readonly clock: Clock,
  ) {
    if (logger.isDebug) this.stored = (entry) => this.logMessage(entry);
    this.summary = new BroadcastSummary((counts) =>
      logger.info({ event: 'messages_broadcast', ...counts }, 'messages broadcast'),
    );
  }

  connected({ clientId, access, remoteAddress, channel, encoder }: Connection, connections: number): void {
    this.logger.info(
      {
        event: 'client_connected',
        client_id: clientId,
        user: access?.user,
        remote_address: remoteAddress,
        channel,
        dialect: encoder.name,
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

  /** A hub.v1 client that disconnected before its hello. */
  leftUnknown({ remoteAddress }: Connection, code: number): void {
    this.logger.info(
      { event: 'no_hello', remote_address: remoteAddress, code },
      'client disconnected before its hello',
    );
  }

  flushed(flush: Flush): void {
    this.summary.add(flush);
  }

  private logMessage({ clientId, channel, content }: Entry): void {
    this.logger.debug(
      {
        event: 'message_accepted',
        client_id: clientId,
        channel,
        content: content.slice(0, MAX_LOGGED_CONTENT),
      },
      'message accepted',
    );
  }

  /** At warn and without a stack: it points into ws, and any client on the internet can cause it. */
  violation(connection: Connection, _reason: Violation, error?: Error & { code?: string }): void {
    if (error === undefined) return;
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

  slowConsumer(connection: Connection, reason: SlowReason, queuedBytes: number, waitedMs: number): void {
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

  /** A bug: logged with its stack, but rate-limited. */
  failed(what: string, error: unknown): void {
    const nowMs = this.clock.monotonicMs();
    const { atMs, unlogged } = this.logged.get(what) ?? { atMs: -Infinity, unlogged: 0 };
    if (nowMs - atMs < LOG_ONCE_PER_MS) {
      this.logged.set(what, { atMs, unlogged: unlogged + 1 });
      return;
    }
    this.logged.set(what, { atMs: nowMs, unlogged: 0 });
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
