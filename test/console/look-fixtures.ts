import type {
  ClientFate,
  Explanation,
  Fate,
  Setup,
  Tapped,
  TapStarted,
  TokenVerdict,
} from '@ws-hub/console-api';
import { FATES } from '@ws-hub/console-api';

/** The worst text that a client may choose. */
export const NASTY = `<img src=x onerror=alert(1)><script>alert(2)</script>"'\u202Eabc ${'long'.repeat(30)}`;

const AT = Date.UTC(2026, 10, 26, 19, 30, 0);

export const SETUP: Setup = {
  version: '0.1.0',
  hub: '7f3a90c1',
  engine: 'memory',
  auth: 'optional',
  port: 8080,
  isReadonly: false,
  hasHttp: true,
  hasPlayground: true,
  explainMaxBytes: 16_777_216,
};

export const TAP: TapStarted = { id: 't1', endsInMs: 300_000, maxPerSecond: 20 };

export const TAPPED: Tapped = {
  messages: [
    {
      id: 'f2339a10c2d4e6f8-41',
      at: AT,
      clientId: 'nm8fZ0cQe1mVdA3yQJ4x2w',
      user: 'alice',
      content: 'order 17 has shipped',
      contentLength: 20,
    },
    { id: 'f2339a10c2d4e6f8-42', at: AT + 400, clientId: 'key.shop', content: NASTY, contentLength: 9_000 },
  ],
  leftOut: 312,
  endsInMs: 247_000,
};

export const VERDICT: TokenVerdict = {
  result: 'valid',
  user: 'alice',
  rights: ['subscribe: room.*', 'publish: room.7', NASTY],
  expiresAt: AT + 900_000,
  checks: [
    { name: 'signature' },
    { name: 'expiry' },
    { name: 'audience', fault: 'is "shop"; expected "hub"' },
  ],
};

const REASONS: Readonly<Record<Fate, string>> = {
  delivered: 'It was sent 3 ms after it was stored.',
  queued: '48 KiB wait for this client; the oldest has waited 1.2 s.',
  replayed: 'It was away, and got it in the replay 4.2 s later.',
  replaying: 'Its replay has not come so far yet.',
  sent_by_it: 'It has said this itself, and was acknowledged.',
  slow: 'It was closed with 1013: more than 1 MiB waited for it.',
  forbidden: 'Its token does not allow to hear this channel.',
  not_subscribed: 'It subscribed 12 s after the message.',
  not_connected: 'It had left 40 s before.',
  gap: 'It came back after the log had forgotten this place.',
  unknown: 'Its connection was not recorded.',
};

const FATE_ROWS: readonly ClientFate[] = FATES.map((fate, n) => ({
  hub: n % 2 === 0 ? '7f3a90c1' : 'b01c22d9',
  clientId: n === 5 ? NASTY : `client-${n}-mVdA3yQJ4x2w`,
  ...(n % 3 === 0 && { user: `user-${n}` }),
  address: `10.0.0.${n}`,
  dialect: n % 4 === 0 ? 'plain' : 'hub.v1',
  fate,
  reason: REASONS[fate],
  ...(n < 5 && { at: AT + n * 40 }),
  isConnected: n % 2 === 0,
}));

export const EXPLANATION: Explanation = {
  message: {
    id: 'f2339a10c2d4e6f8-42',
    channel: 'orders',
    clientId: 'nm8fZ0cQe1mVdA3yQJ4x2w',
    user: 'alice',
    timestamp: AT / 1_000,
    contentLength: 20,
    storedIn: 'the stream "ws-hub" in NATS',
    hub: '7f3a90c1',
    ackedAt: AT + 5,
  },
  clients: FATE_ROWS,
  total: FATE_ROWS.length,
  hubs: ['7f3a90c1', 'b01c22d9'],
  notes: ['7f3a90c1 records since 18:02:11.'],
};
