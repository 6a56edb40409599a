import { randomBytes } from 'node:crypto';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Tapped, TapStarted } from '@ws-hub/console-api';
import { Clock, type Entry } from '@ws-hub/hub';
import { HubLogger, HubService } from '@ws-hub/nestjs';
import { CHANNEL_RULE, isChannelName } from '@ws-hub/protocol';
import { z } from 'zod';
import { ConsoleError, type ConsoleView, consoleRoute } from '../console-route.js';
import { MAX_PER_SECOND, Tap } from './tap.js';

export const MAX_TAPS = 8;
export const LIFE_MS = 5 * 60_000;
export const UNASKED_MS = 10_000;
const ID_BYTES = 16;

const body = z.object({ channel: z.string().refine(isChannelName, { error: `must be ${CHANNEL_RULE}` }) });

/** Observes the messages of a channel while a tap is open. Without a tap nothing is observed. */
@Injectable()
export class TapView implements ConsoleView, OnApplicationShutdown {
  private readonly taps = new Map<string, { readonly tap: Tap; ending: NodeJS.Timeout }>();
  private detach: (() => void) | undefined;

  constructor(
    private readonly hub: HubService,
    private readonly clock: Clock,
    private readonly logger: HubLogger,
  ) {}

  readonly routes = [
    consoleRoute({
      method: 'POST',
      path: '/tap',
      body,
      answer: ({ body: { channel } }) => this.start(channel),
    }),
    consoleRoute({ method: 'GET', path: '/tap/:id', answer: ({ id }) => this.take(id) }),
    consoleRoute({ method: 'DELETE', path: '/tap/:id', answer: ({ id }) => this.end(id) }),
  ];

  onApplicationShutdown(): void {
    for (const id of this.taps.keys()) this.end(id);
  }

  private start(channel: string): TapStarted {
    if (this.taps.size >= MAX_TAPS)
      throw new ConsoleError(429, `${MAX_TAPS} taps are open on this hub, the maximum; close one`);
    // Reading along leaves a trace: contents belong to the channel's clients.
    this.logger.info({ event: 'console_tap', channel }, 'a live tap of the console reads a channel');
    const id = randomBytes(ID_BYTES).toString('hex');
    const tap = new Tap(channel, this.clock.monotonicMs() + LIFE_MS);
    this.taps.set(id, { tap, ending: this.endLater(id, UNASKED_MS) });
    this.detach ??= this.hub.door.events.attach({ entry: (entry) => this.heard(entry) });
    return { id, endsInMs: LIFE_MS, maxPerSecond: MAX_PER_SECOND };
  }

  private take(id: string): Tapped {
    const open = this.taps.get(id);
    if (open === undefined) throw new ConsoleError(404, 'this tap has ended; start another one');
    const tapped = open.tap.take(this.clock.monotonicMs());
    clearTimeout(open.ending);
    open.ending = this.endLater(id, Math.min(UNASKED_MS, tapped.endsInMs));
    return tapped;
  }

  /** Without effect on one that has ended. */
  private end(id: string): { readonly isDone: true } {
    clearTimeout(this.taps.get(id)?.ending);
    this.taps.delete(id);
    if (this.taps.size > 0) return { isDone: true };
    this.detach?.();
    this.detach = undefined;
    return { isDone: true };
  }

  private endLater(id: string, ms: number): NodeJS.Timeout {
    return setTimeout(() => this.end(id), ms).unref();
  }

  private heard(entry: Entry): void {
    const textOf = () => this.hub.door.textOf(entry.position);
    for (const { tap } of this.taps.values())
      if (tap.channel === entry.channel)
        tap.heard(entry, textOf, this.clock.monotonicMs(), this.clock.unixMs());
  }
}
