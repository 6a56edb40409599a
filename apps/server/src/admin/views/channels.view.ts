import { Injectable } from '@nestjs/common';
import { CHANNEL_ORDERS, type ChannelOrder, type ChannelRow, type Channels } from '@ws-hub/console-api';
import { Clock, type HeardChannel } from '@ws-hub/hub';
import { HubService } from '@ws-hub/nestjs';
import { z } from 'zod';
import { type ConsoleView, consoleRoute } from '../console-route.js';
import { FirstOf } from './first-of.js';
import { type Found, MAX_LISTED, pageNumber, pageOf, searchText } from './page-of.js';
import { SharedAnswers } from './shared-answers.js';
import { Walks } from './walks.js';

type Compare = (a: ChannelRow, b: ChannelRow) => number;

const byName: Compare = (a, b) => (a.channel < b.channel ? -1 : Number(a.channel > b.channel));
const ORDERS: Readonly<Record<ChannelOrder, Compare>> = {
  rate: (a, b) => b.messagesPerSecond - a.messagesPerSecond || byName(a, b),
  listeners: (a, b) => b.listeners - a.listeners || byName(a, b),
  name: byName,
};

const query = z.object({
  search: searchText,
  order: z.enum(CHANNEL_ORDERS).default('rate'),
  page: pageNumber,
});

/** Channels with listeners on this hub, and their message rates. */
@Injectable()
export class ChannelsView implements ConsoleView {
  private readonly answers: SharedAnswers<Found<ChannelRow>>;

  constructor(
    private readonly hub: HubService,
    private readonly walks: Walks,
    private readonly clock: Clock,
  ) {
    this.answers = new SharedAnswers(clock);
  }

  readonly routes = [
    consoleRoute({
      method: 'GET',
      path: '/channels',
      query,
      answer: ({ query: { search, order, page } }) => this.list(search, order, page),
    }),
  ];

  private async list(search: string, order: ChannelOrder, page: number): Promise<Channels> {
    const found = await this.answers.get(`${order} ${search}`, () => this.find(search, order));
    const { head, items } = pageOf(found, page);
    return { ...head, channels: items };
  }

  private async find(search: string, order: ChannelOrder): Promise<Found<ChannelRow>> {
    const { inspection } = this.hub.door;
    const first = new FirstOf(MAX_LISTED, ORDERS[order]);
    let total = 0;
    await this.walks.over(
      inspection.heard(),
      () => inspection.channelCount,
      (heard) => {
        if (!heard.channel.includes(search)) return;
        total++;
        first.add(this.rowOf(heard));
      },
    );
    return { items: withoutTwins(first.all()), total, at: this.clock.unixMs() };
  }

  private rowOf(heard: HeardChannel): ChannelRow {
    const messagesPerSecond = heard.messagesPerSecond(this.clock.monotonicMs());
    return { channel: heard.channel, listeners: heard.listeners, messagesPerSecond };
  }
}

/** A channel that was left and heard again during the walk was met twice. */
function withoutTwins(rows: readonly ChannelRow[]): readonly ChannelRow[] {
  return [...new Map(rows.map((row) => [row.channel, row])).values()];
}
