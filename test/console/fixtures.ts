import type {
  Channels,
  ClientRow,
  Clients,
  EventRow,
  Events,
  Hubs,
  Overview,
  Sample,
  SessionState,
  Setup,
  Slow,
} from '@ws-hub/console-api';

/** Possible answers of a hub, for tests and screenshots. Names are as nasty as clients may choose them. */

/** 2025-03-01 09:41:00 UTC. */
const NOW = 1_740_822_060_000;
const INTERVAL_MS = 5000;
const SAMPLES = 720;
const NASTY = [
  '<img src=x onerror=alert(1)>',
  '"><script>alert(1)</script>',
  'مستخدم-من-القاهرة',
  '🦊 fox 👩‍👩‍👧‍👦',
  `a-very-long-name-${'that-does-not-end-'.repeat(12)}`,
  '\u202Egnirts desrever',
  "javascript:alert('1')",
];

const session: SessionState = { needsPassword: true, isOpen: true };

const setup: Setup = {
  version: '1.0.0',
  hub: '3f9a01c7',
  engine: 'nats',
  auth: 'jwt',
  port: 8080,
  isReadonly: false,
  hasHttp: true,
  hasPlayground: false,
  explainMaxBytes: 16_777_216,
};

/** A busy hour with a burst in it, during which the log was away for half a minute. */
function sampleAt(index: number): Sample {
  const wave = Math.sin(index / 60) + Math.sin(index / 7) / 6;
  const isBurst = index > 500 && index < 540;
  const messagesPerSecond = 900 + 140 * wave + (isBurst ? 1400 : 0);
  return {
    at: NOW - (SAMPLES - 1 - index) * INTERVAL_MS,
    connections: Math.round(14_200 + 800 * Math.sin(index / 150)),
    messagesPerSecond,
    deliveriesPerSecond: messagesPerSecond * 112.5,
    messagesPerFlush: 3.2 + wave + (isBurst ? 4 : 0),
    eventLoopDelayP99Ms: 3.1 + wave / 2 + (isBurst ? 9 : 0),
    cpu: 0.46 + wave / 12 + (isBurst ? 0.3 : 0),
    residentBytes: 412_000_000 + index * 21_000,
    queuedBytes: isBurst ? 5_400_000 : 80_000 + 30_000 * wave,
    logEntries: 250_000 + index * 40,
    logBytes: 61_000_000 + index * 9800,
    pendingAppends: index > 514 && index < 521 ? 840 : 12,
    isLogReady: !(index > 514 && index < 521),
  };
}

const overview: Overview = {
  intervalMs: INTERVAL_MS,
  samples: Array.from({ length: SAMPLES }, (_, index) => sampleAt(index)),
  uptimeMs: 795_600_000,
  isDraining: false,
  isLogReady: true,
  totals: {
    messages: 714_902_113,
    deliveries: 80_426_487_712,
    duplicates: 1284,
    unavailable: 37,
    replayed: 2_204_411,
    slowConsumers: 103,
    internalErrors: 0,
  },
};

const hubs: Hubs = {
  hubs: [
    ['3f9a01c7', 14_980, 900],
    ['81b2ee40', 15_102, 884.2],
    ['c0ffee12', 3, 0],
    ['d15ea5ed', 9120, 2.4],
  ].map(([hub, connections, messagesPerSecond], index) => ({
    hub: String(hub),
    version: index === 2 ? '1.1.0' : '1.0.0',
    isThis: index === 0,
    uptimeMs: index === 2 ? 42_000 : 795_600_000,
    connections: Number(connections),
    messagesPerSecond: Number(messagesPerSecond),
    deliveriesPerSecond: Number(messagesPerSecond) * 112.5,
    eventLoopDelayP99Ms: 2.9 + index,
    residentBytes: 398_000_000 + index * 7_000_000,
    isReady: index !== 2,
    isDraining: index === 3,
  })),
  waitedMs: 38,
};

const channels: Channels = {
  page: 0,
  pageSize: 100,
  total: 1000,
  at: NOW,
  channels: Array.from({ length: 100 }, (_, index) => ({
    channel: NASTY[index - 3] ?? `orders/${['eu', 'us', 'asia'][index % 3]}/${1000 + index}`,
    listeners: Math.round(15_000 / (index + 1)),
    messagesPerSecond: 240 / (index + 1),
  })),
};

function clientAt(index: number): ClientRow {
  const isSlow = index % 9 === 4;
  return {
    clientId: NASTY[index - 2] ?? `dashboard-${4200 + index}`,
    user: index % 4 === 0 ? undefined : (NASTY[index - 5] ?? `anna.${index}@example.com`),
    address: index % 5 === 0 ? `2001:db8:42:17::${index.toString(16)}` : `203.0.113.${index}`,
    dialect: ['hub.v1', 'plain', 'sse'][index % 3] as string,
    channels: index === 1 ? [] : ['orders/eu/1003', ...NASTY.slice(0, index % 4)],
    channelCount: index === 1 ? 0 : 1 + (index % 4) + (index === 2 ? 40 : 0),
    rights:
      index % 3 === 0 ? undefined : ['subscribe orders/#', 'publish orders/eu/+', 'history orders/eu/1003'],
    expiresInMs: index % 2 === 0 ? undefined : 1_260_000,
    connectedMs: 4_210_000 + index * 977_000,
    messagesIn: index * 31,
    bytesIn: index * 4120,
    queuedBytes: isSlow ? 48_000 * index : 0,
    queueAgeMs: isSlow ? 220 * index : 0,
    cursor: index === 1 ? undefined : `v1.${(88_123_400 + index).toString(36)}.3f9a`,
    isCatchingUp: index % 11 === 3,
    paused: index % 13 === 4 ? ['rate'] : [],
  };
}

const clients: Clients = {
  page: 0,
  pageSize: 100,
  total: 14_980,
  at: NOW,
  clients: Array.from({ length: 100 }, (_, index) => clientAt(index)),
  isCut: true,
};

const slow: Slow = {
  waiting: clients.clients.filter(({ queuedBytes }) => queuedBytes > 0),
  waitingCount: 212,
  evicted: Array.from({ length: 40 }, (_, index) => ({
    at: NOW - index * 71_000,
    clientId: NASTY[index - 1] ?? `phone-${index}`,
    user: index % 3 === 0 ? undefined : `ben.${index}@example.com`,
    address: `198.51.100.${index}`,
    reason: index % 2 === 0 ? 'queue too large' : 'queue too old',
    queuedBytes: 1_048_576 + index * 4096,
    waitedMs: 4000 + index * 310,
  })),
  evictedTotal: 103,
};

const EVENTS: readonly Pick<EventRow, 'level' | 'event' | 'message' | 'fields'>[] = [
  {
    level: 'info',
    event: 'client.joined',
    message: 'client connected',
    fields: { clientId: NASTY[0], dialect: 'hub.v1' },
  },
  {
    level: 'warn',
    event: 'client.evicted',
    message: 'client evicted: it did not keep up',
    fields: { clientId: NASTY[4], queuedBytes: 1_048_576 },
  },
  {
    level: 'error',
    event: 'log.unavailable',
    message: 'the log cannot be reached',
    fields: { engine: 'nats', error: { code: 'ECONNREFUSED', address: '203.0.113.9' } },
  },
  { level: 'info', event: 'log.ready', message: 'the log is ready', fields: {} },
  {
    level: 'info',
    event: 'client.left',
    message: 'client disconnected',
    fields: { clientId: NASTY[2], code: 1001, reason: NASTY[1] },
  },
];

const events: Events = {
  events: Array.from({ length: 120 }, (_, index) => ({
    ...(EVENTS[index % EVENTS.length] as (typeof EVENTS)[number]),
    seq: index + 1,
    at: NOW - (120 - index) * 8400,
  })),
  lastSeq: 120,
};

/** The answers of `GET` below `/api`, by path. */
export const FIXTURES: Readonly<Record<string, unknown>> = {
  '/session': session,
  '/setup': setup,
  '/overview': overview,
  '/hubs': hubs,
  '/channels': channels,
  '/clients': clients,
  '/slow': slow,
  '/events': events,
};

/** The same paths on a hub that has just started, without clients and measurements. */
export const EMPTY_FIXTURES: typeof FIXTURES = {
  ...FIXTURES,
  '/setup': { ...setup, engine: 'memory', isReadonly: true } satisfies Setup,
  '/overview': { ...overview, samples: [], uptimeMs: 900 } satisfies Overview,
  '/hubs': { hubs: [], waitedMs: 500 } satisfies Hubs,
  '/channels': { ...channels, total: 0, channels: [] } satisfies Channels,
  '/clients': { ...clients, total: 0, clients: [], isCut: false } satisfies Clients,
  '/slow': { waiting: [], waitingCount: 0, evicted: [], evictedTotal: 0 } satisfies Slow,
  '/events': { events: [], lastSeq: 0 } satisfies Events,
};
