import type { Welcome } from '@ws-hub/protocol';
import { HUB_V1 } from '@ws-hub/protocol';
import type { HubClientOptions } from '../client.js';
import type { ClientEvents } from '../client-events.js';
import { HubClient } from '../hub-client.js';
import { TestTimers } from './test-timers.js';
import { LOST, TestTransport } from './test-transport.js';

const EVENTS: readonly (keyof ClientEvents)[] = [
  'connecting',
  'connected',
  'fallback',
  'identity',
  'gap',
  'message',
  'error',
  'forbidden',
  'tokenFailed',
  'outcomeUnknown',
  'malformed',
  'disconnected',
  'reconnecting',
  'stopped',
];

/** How a promise has settled so far. */
export type Outcome = { value: unknown } | { error: unknown } | 'pending';

/** A client whose time and hub are controlled by a test. */
export class TestBench {
  readonly timers = new TestTimers();
  readonly opened: TestTransport[] = [];
  readonly events: unknown[][] = [];
  readonly client: HubClient;

  constructor(options: Partial<HubClientOptions> = {}) {
    this.client = new HubClient({
      url: 'ws://hub/ws',
      timers: this.timers,
      random: () => 0.5,
      open: (_url, protocols, listener, token) => {
        const transport = new TestTransport(protocols, listener, token);
        this.opened.push(transport);
        return transport;
      },
      ...options,
    });
    for (const name of EVENTS)
      this.client.on(name, (...args: unknown[]) => this.events.push([name, ...args]));
  }

  get last(): TestTransport {
    return this.opened.at(-1) as TestTransport;
  }

  /** The arguments of all events with this name. */
  told(name: keyof ClientEvents): unknown[][] {
    return this.events.filter(([each]) => each === name).map(([, ...args]) => args);
  }

  /** The hub accepts the connection and reads the hello. */
  greet(): unknown {
    this.client.start();
    this.last.accept(HUB_V1);
    return this.last.read()[0];
  }

  welcome(fields: Partial<Welcome> = {}): void {
    this.last.say({
      type: 'welcome',
      client_id: 'c1',
      session: 's1',
      position: 'e-10',
      recovered: true,
      ping_interval: 25_000,
      max_payload: 65_536,
      ...fields,
    });
  }

  /** A new client that is live at position e-10. */
  goLive(fields: Partial<Welcome> = {}): this {
    this.greet();
    this.welcome(fields);
    return this;
  }

  /** Drops the connection and lets the client reconnect up to its hello, which is returned. */
  comeBack(afterMs = 30_000): unknown {
    this.last.end(LOST);
    this.timers.pass(afterMs);
    return this.greet();
  }
}

/** Tracks a promise; `outcome()` waits until all pending work is done. */
export function watch(promise: Promise<unknown>): () => Promise<Outcome> {
  let outcome: Outcome = 'pending';
  promise.then(
    (value) => {
      outcome = { value };
    },
    (error: unknown) => {
      outcome = { error };
    },
  );
  return async () => {
    await new Promise((resolve) => setImmediate(resolve));
    return outcome;
  };
}
