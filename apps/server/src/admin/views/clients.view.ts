import { Injectable } from '@nestjs/common';
import {
  CLIENT_FIELDS,
  type ClientField,
  type ClientRow,
  type Clients,
  type Disconnect,
} from '@ws-hub/console-api';
import { Clock, type Connection } from '@ws-hub/hub';
import { HubApiError, HubLogger, HubService } from '@ws-hub/nestjs';
import { isUser, USER_RULE } from '@ws-hub/protocol';
import { z } from 'zod';
import { ConsoleError, type ConsoleView, consoleRoute } from '../console-route.js';
import { ClientRows } from './client-rows.js';
import { type Found, MAX_LISTED, pageNumber, pageOf, searchText } from './page-of.js';
import { SharedAnswers } from './shared-answers.js';
import { Walks } from './walks.js';

const query = z.object({ by: z.enum(CLIENT_FIELDS).default('id'), search: searchText, page: pageNumber });

const name = z.string().refine(isUser, { error: `must be ${USER_RULE}` });
const disconnect = z
  .object({ clientId: name.optional(), user: name.optional() })
  .refine(({ clientId, user }) => (clientId === undefined) !== (user === undefined), {
    error: 'must have either clientId or user',
  });

/** Who is connected to this hub. */
@Injectable()
export class ClientsView implements ConsoleView {
  private readonly found: SharedAnswers<Found<Connection>>;
  private readonly pages: SharedAnswers<Clients>;

  constructor(
    private readonly hub: HubService,
    private readonly walks: Walks,
    private readonly rows: ClientRows,
    private readonly clock: Clock,
    private readonly logger: HubLogger,
  ) {
    this.found = new SharedAnswers(clock);
    this.pages = new SharedAnswers(clock);
  }

  readonly routes = [
    consoleRoute({
      method: 'GET',
      path: '/clients',
      query,
      answer: ({ query: { by, search, page } }) =>
        this.pages.get(`${page} ${by} ${search}`, () => this.list(by, search, page)),
    }),
    consoleRoute({
      method: 'POST',
      path: '/clients/disconnect',
      body: disconnect,
      changesClients: true,
      answer: ({ body }) => this.disconnect(body),
    }),
  ];

  private async list(by: ClientField, search: string, page: number): Promise<Clients> {
    const found = await this.found.get(`${by} ${search}`, () => this.find(by, search));
    const { head, items } = pageOf(found, page);
    const clients: readonly ClientRow[] = items.map((connection) => this.rows.of(connection));
    return { ...head, clients, isCut: found.total > found.items.length };
  }

  private async find(by: ClientField, search: string): Promise<Found<Connection>> {
    const { inspection, all } = this.hub.door;
    if (search === '') return this.cut(all);
    if (by === 'id') return this.cut(inspection.connectionsOf(search));
    if (by === 'user') return this.cut(inspection.connectionsOfUser(search));
    return this.byAddress(search);
  }

  /** The first items, which are the oldest. */
  private cut(connections: Iterable<Connection> & ({ readonly size: number } | { readonly length: number })) {
    const items: Connection[] = [];
    for (const connection of connections) {
      if (items.length === MAX_LISTED) break;
      items.push(connection);
    }
    const total = 'size' in connections ? connections.size : connections.length;
    return { items, total, at: this.clock.unixMs() };
  }

  private async byAddress(beginning: string): Promise<Found<Connection>> {
    const { all } = this.hub.door;
    const items: Connection[] = [];
    let total = 0;
    await this.walks.over(
      all,
      () => all.size,
      (connection) => {
        if (!connection.remoteAddress.startsWith(beginning)) return;
        total++;
        if (items.length < MAX_LISTED) items.push(connection);
      },
    );
    return { items, total, at: this.clock.unixMs() };
  }

  private async disconnect({ clientId, user }: Disconnect): Promise<{ readonly isDone: true }> {
    this.logger.info(
      { event: 'admin_request', client_id: 'console', action: 'disconnect', user, of_client: clientId },
      'admin request',
    );
    try {
      await this.hub.disconnectEverywhere({ clientId, user }, { reason: 'disconnected by the operator' });
    } catch (error) {
      if (!(error instanceof HubApiError)) throw error;
      throw new ConsoleError(error.code === 'bad_request' ? 400 : 503, error.message);
    }
    return { isDone: true };
  }
}
