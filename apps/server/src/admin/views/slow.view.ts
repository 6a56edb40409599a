import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { EvictedRow, Slow } from '@ws-hub/console-api';
import { Clock, type Connection, type HubObserver, type SlowReason } from '@ws-hub/hub';
import { HubService } from '@ws-hub/nestjs';
import { SERVER_CONFIG, type ServerConfig } from '../../config/server.config.js';
import { type ConsoleView, consoleRoute } from '../console-route.js';
import { ClientRows } from './client-rows.js';
import { FirstOf } from './first-of.js';
import { SharedAnswers } from './shared-answers.js';
import { Walks } from './walks.js';

const MAX_WAITING_SHOWN = 100;
export const MAX_EVICTED_KEPT = 100;

/** What was queued for a connection when the walk reached it. */
interface Seen {
  readonly connection: Connection;
  readonly queuedBytes: number;
}

/** Slow consumers, and those that were evicted. */
@Injectable()
export class SlowView implements ConsoleView, HubObserver, OnApplicationBootstrap {
  private readonly answers: SharedAnswers<Slow>;
  private readonly evicted: EvictedRow[] = [];
  private evictedTotal = 0;

  constructor(
    @Inject(SERVER_CONFIG) private readonly config: Pick<ServerConfig, 'adminPort'>,
    private readonly hub: HubService,
    private readonly walks: Walks,
    private readonly rows: ClientRows,
    private readonly clock: Clock,
  ) {
    this.answers = new SharedAnswers(clock);
  }

  readonly routes = [
    consoleRoute({
      method: 'GET',
      path: '/slow',
      answer: () => this.answers.get('', () => this.look()),
    }),
  ];

  onApplicationBootstrap(): void {
    if (this.config.adminPort !== 0) this.hub.door.events.attach(this);
  }

  /** A copy: a closed connection must not be kept in memory. */
  slowConsumer(connection: Connection, reason: SlowReason, queuedBytes: number, waitedMs: number): void {
    const { clientId, access, remoteAddress: address } = connection;
    this.evictedTotal++;
    this.evicted.unshift({
      at: this.clock.unixMs(),
      clientId,
      user: access?.user,
      address,
      reason,
      queuedBytes,
      waitedMs: Math.round(waitedMs),
    });
    if (this.evicted.length > MAX_EVICTED_KEPT) this.evicted.pop();
  }

  private async look(): Promise<Slow> {
    const { slow } = this.hub.door.inspection;
    const most = new FirstOf<Seen>(MAX_WAITING_SHOWN, (a, b) => b.queuedBytes - a.queuedBytes);
    await this.walks.over(
      slow,
      () => slow.size,
      (connection) => most.add({ connection, queuedBytes: connection.queuedBytes }),
    );
    const waiting = most.all().map(({ connection }) => this.rows.of(connection));
    return {
      waiting,
      waitingCount: slow.size,
      evicted: [...this.evicted],
      evictedTotal: this.evictedTotal,
    };
  }
}
