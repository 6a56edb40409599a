import type { Answer } from './console-server.js';
import { FIXTURES } from './fixtures.js';
import { EXPLANATION, SETUP, TAP, TAPPED, VERDICT } from './look-fixtures.js';

const LOOKS: Readonly<Record<string, unknown>> = {
  'GET /setup': SETUP,
  'POST /tap': TAP,
  'GET /tap/t1': TAPPED,
  'DELETE /tap/t1': {},
  'POST /token': VERDICT,
  'GET /explain': EXPLANATION,
};

/** Rows of a list, including all nasty ones: axe checks each cell. */
const MAX_ROWS = 12;

/** Answers for all pages of the console. */
export const answer: Answer = (method, path) => LOOKS[`${method} ${path}`] ?? shortened(FIXTURES[path]);

function shortened(found: unknown): unknown {
  if (typeof found !== 'object' || found === null) return found;
  const short = (value: unknown) => (Array.isArray(value) ? value.slice(0, MAX_ROWS) : value);
  return Object.fromEntries(Object.entries(found).map(([name, value]) => [name, short(value)]));
}

export interface Look {
  readonly name: string;
  /** The hash of the page. */
  readonly path: string;
  /** A field to fill in before the buttons with these names are pressed. */
  readonly fill?: { readonly label: string; readonly text: string };
  readonly press?: readonly string[];
  /** A text that appears when the page is complete. */
  readonly shows: string;
}

/** All pages of the console, with the steps that make them show something. */
export const LOOKS_AT: readonly Look[] = [
  { name: 'overview', path: '/', shows: 'Event-loop delay' },
  { name: 'hubs', path: '/hubs', shows: 'c0ffee12' },
  { name: 'channels', path: '/channels', shows: 'orders/eu/1000' },
  { name: 'clients', path: '/clients', shows: '203.0.113.1' },
  {
    name: 'details of a client',
    path: '/clients?at=details',
    press: ['dashboard-4200'],
    shows: 'Disconnect this client…',
  },
  {
    name: 'dialog',
    // The row is still open from the previous look.
    path: '/clients?at=dialog',
    press: ['Disconnect this client…'],
    shows: 'It may connect again at once.',
  },
  { name: 'slow', path: '/slow', shows: 'queue too large' },
  { name: 'events', path: '/events', shows: 'the log cannot be reached' },
  { name: 'tap', path: '/tap?channel=orders', press: ['Start'], shows: 'order 17 has shipped' },
  { name: 'try', path: '/try', shows: 'HTTP and SSE' },
  {
    name: 'token',
    path: '/token',
    fill: { label: 'Token', text: 'eyJhbGciOiJIUzI1NiJ9.e30.c2ln' },
    press: ['Check'],
    shows: 'The hub accepts this token.',
  },
  {
    name: 'explain',
    path: '/explain?message=f2339a10c2d4e6f8-42',
    press: ['Explain'],
    shows: 'What became of it',
  },
];
