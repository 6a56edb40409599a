import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { ACCESS_TOKEN_PARAMETER, MAX_TOKEN_BYTES, TOKEN_PROTOCOL_PREFIX } from '@ws-hub/protocol';
import fc from 'fast-check';
import { tokenOf } from './token-sources.js';

const RUNS = 100_000;
const SEED = 20_261_126;
const COOKIE = 'hub';

/** A request as Node parses it: lists are joined, and of several `Authorization` headers only the first is kept. */
function requestOf([url = '', ...lines]: readonly string[]): IncomingMessage {
  const rawHeaders: string[] = [];
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const [name, value] = headerOf(line);
    rawHeaders.push(name, value);
    const key = name.toLowerCase();
    const known = headers[key];
    if (known === undefined) headers[key] = value;
    else if (key === 'cookie') headers[key] = `${known}; ${value}`;
    else if (key !== 'authorization') headers[key] = `${known}, ${value}`;
  }
  return { url, rawHeaders, headers } as unknown as IncomingMessage;
}

function headerOf(line: string): [name: string, value: string] {
  const colon = line.indexOf(':');
  return colon === -1
    ? ['x-other', line]
    : [line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')];
}

/** A token, or why there is none. */
function read(lines: readonly string[], cookie = COOKIE): string | undefined {
  const found = tokenOf(requestOf(lines), cookie);
  return typeof found === 'object' ? `refused: ${found.status}` : found;
}

/** Everything at the place of a token, read line by line and piece by piece (PROTOCOL.md, section 5). */
function referenceReader([url = '', ...lines]: readonly string[]): string | undefined {
  const found = ofUrl(url);
  for (const line of lines) {
    const [name, value] = headerOf(line);
    if (/^authorization$/i.test(name)) found.push(...ofAuthorization(value));
    if (/^cookie$/i.test(name)) for (const pair of value.split(';')) found.push(...ofPair(pair.trim()));
    if (/^sec-websocket-protocol$/i.test(name))
      for (const offer of value.split(',')) found.push(...ofOffer(offer.trim()));
  }
  const [first] = found;
  if (found.some((token) => token !== first)) return 'refused: 400';
  return first !== undefined && Buffer.byteLength(first) > MAX_TOKEN_BYTES ? 'refused: 401' : first;
}

function ofAuthorization(value: string): string[] {
  if (value.slice(0, 6).toLowerCase() !== 'bearer') return [];
  const rest = value.slice(6);
  // Another scheme, whose name only starts alike.
  return /^[!#$%&'*+.^_`|~0-9a-z-]/i.test(rest) ? [] : [rest.trim()];
}

function ofPair(pair: string): string[] {
  const equals = pair.indexOf('=');
  if (equals === -1 || pair.slice(0, equals).trim() !== COOKIE) return [];
  const value = pair.slice(equals + 1).trim();
  const isQuoted = value.length > 1 && value.at(0) === '"' && value.at(-1) === '"';
  return [isQuoted ? value.slice(1, -1) : value];
}

function ofOffer(offer: string): string[] {
  if (!offer.startsWith(TOKEN_PROTOCOL_PREFIX)) return [];
  const text = offer.slice(TOKEN_PROTOCOL_PREFIX.length);
  const bytes = Buffer.from(text, 'base64');
  const isGood = !/[^A-Za-z0-9_-]/.test(text) && Buffer.from(bytes.toString()).equals(bytes);
  return [isGood ? bytes.toString() : ''];
}

function ofUrl(url: string): string[] {
  const mark = url.indexOf('?');
  const pairs = mark === -1 ? [] : url.slice(mark + 1).split('&');
  return pairs.flatMap((pair) => {
    const [name = '', ...rest] = pair.split('=');
    if (pair === '' || formDecoded(name) !== ACCESS_TOKEN_PARAMETER) return [];
    const value = formDecoded(rest.join('='));
    return [value.includes('\ufffd') ? '' : value];
  });
}

const PERCENT = '%'.charCodeAt(0);

/** application/x-www-form-urlencoded, byte by byte. */
function formDecoded(text: string): string {
  const bytes = Buffer.from(text.replaceAll('+', ' '));
  const decoded: number[] = [];
  for (let at = 0; at < bytes.length; at++) {
    const digits = bytes[at] === PERCENT ? bytes.toString('latin1', at + 1, at + 3) : '';
    if (/^[0-9a-f]{2}$/i.test(digits)) {
      decoded.push(Number.parseInt(digits, 16));
      at += 2;
    } else decoded.push(bytes[at] as number);
  }
  return Buffer.from(decoded).toString();
}

/** Whether the request contains the token, as it is or encoded. */
function standsIn([url = '', ...lines]: readonly string[], token: string): boolean {
  if (lines.some((line) => line.includes(token)) || formDecoded(url).includes(token)) return true;
  const runs = lines.flatMap((line) => line.match(/[\w-]+/g) ?? []);
  return runs.some((run) => Buffer.from(run, 'base64url').toString() === token);
}

const [LONGEST, TOO_LONG] = ['x'.repeat(MAX_TOKEN_BYTES), 'x'.repeat(MAX_TOKEN_BYTES + 1)];
const encoded = (token: string | Uint8Array) => Buffer.from(token).toString('base64url');
const NO_UTF8 = encoded(Uint8Array.of(0x61, 0xff));

/** Parts of request heads, and what breaks parsers; a line break starts a header. */
const PIECES = [
  ...['\nAuthorization: Bearer ', '\nauthorization:bearer\t', '\nAUTHORIZATION: ', '\nAuthorization: Basic '],
  ...['\nCookie: hub=', '\ncookie: a=b; hub="', '\nCookie:', '; hub=', ';hub=', ';', '; hub = ', 'hub', '"'],
  ...['\nSec-WebSocket-Protocol: hub.v1, hub.token.', '\nsec-websocket-protocol: ', ', hub.token.', ','],
  ...['hub.v1', 'Hub.Token.', 'hub.token.', '\nX-Other: ', '\n', '\n:', '\n__proto__: ', '\nconstructor:'],
  ...[
    '?access_token=',
    '&access_token=',
    '&',
    '?',
    '%61ccess_token=',
    '&Access_Token=',
    '=',
    '+',
    '%',
    '%4',
    '#',
  ],
  ...[
    'token',
    'other',
    'tok',
    'en',
    '%74oken',
    encoded('token'),
    encoded('other'),
    NO_UTF8,
    `${encoded('token')}=`,
  ],
  ...[
    'Bearer',
    'bearer ',
    'Bearer: ',
    ' ',
    '  ',
    '\t',
    '\u00a0',
    '.',
    '-',
    '_',
    '\u00e9',
    '\u00ff',
    '\ud800',
    '%ff',
  ],
  ...[LONGEST, TOO_LONG, encoded(LONGEST)],
];
const NO_URL = /[^\0-\x7f]/;
const ORDINARY = ['/ws', '/ws?channel=a', 'http://hub/ws?channel=a', ''];

const head = fc
  .tuple(fc.constantFrom(...ORDINARY), fc.array(fc.nat({ max: PIECES.length - 1 }), { maxLength: 7 }))
  .map(([url, places]) => `${url}${places.map((at) => PIECES[at]).join('')}`.split('\n'));

describe('a token in a handshake', () => {
  test(`is read as by a naive reader, and never made up, in ${RUNS} requests of all kinds`, () => {
    const seen = new Map<string, number>();
    const count = (kind: string) => void seen.set(kind, (seen.get(kind) ?? 0) + 1);
    fc.assert(
      fc.property(head, (lines) => {
        const token = read(lines);
        // Node parses what is not a URL in its own ways.
        if (NO_URL.test(lines[0] ?? '')) return;
        const expected = referenceReader(lines);
        if (token !== expected) throw new Error(`read ${token}, not ${expected}`);
        if (token === undefined) return count('none');
        if (token.startsWith('refused')) return count(token);
        if (!standsIn(lines, token)) throw new Error(`made up ${token}`);
        return count(token === '' ? 'malformed' : 'read');
      }),
      { numRuns: RUNS, seed: SEED },
    );
    // All kinds of results occur in the comparison.
    for (const kind of ['none', 'malformed', 'read', 'refused: 400', 'refused: 401'])
      expect([kind, (seen.get(kind) ?? 0) > RUNS / 1_000]).toEqual([kind, true]);
  });

  test.each([
    ['after a tab', ['/ws', 'Authorization: Bearer\ttoken'], 'token'],
    ['after a colon too many', ['/ws', 'Authorization: Bearer: token'], ': token'],
    ['in a cookie with quotes', ['/ws', 'Cookie: hub="token"'], 'token'],
    ['in two cookies of the name', ['/ws', 'Cookie: hub=token; hub=other'], 'refused: 400'],
    ['in bytes that are no text', ['/ws', `Sec-WebSocket-Protocol: hub.token.${NO_UTF8}`], ''],
    ['in a query whose bytes are no text', ['/ws?access_token=token%ff'], ''],
    ['in a query with a mark too many', ['/ws??access_token=token'], undefined],
    ['in a query that is encoded', ['/ws?%61ccess_token=%74oken'], 'token'],
  ])('%s is read for what it is', (_where, lines, token) => {
    expect(read(lines)).toBe(token);
  });

  test('is in no cookie where none is named', () => {
    expect(read(['/ws', 'Cookie: hub=token; =token'], '')).toBeUndefined();
  });

  /** As much as a request may have, and more. */
  test.each([
    ['4,000 pairs in a cookie', ['/ws', `Cookie: ${'a;'.repeat(4_000)}hub=token`], 'token'],
    ['4,000 equal cookies', ['/ws', `Cookie: ${'hub=token;'.repeat(4_000)}`], 'token'],
    ['an open quote', ['/ws', `Cookie: hub="${'"'.repeat(8_000)}x`], 'refused: 401'],
    [
      '100 subprotocols',
      ['/ws', `Sec-WebSocket-Protocol: ${`hub.token.${encoded('token')},`.repeat(100)}`],
      'token',
    ],
    ['1,000 parameters', [`/ws?${'access_token=token&'.repeat(1_000)}`], 'token'],
    [
      '1,000 other ones',
      [`/ws?${Array.from({ length: 1_000 }, (_, at) => `access_token=${at}`).join('&')}`],
      'refused: 400',
    ],
    ['8,000 spaces', ['/ws', `Authorization: Bearer${' '.repeat(8_000)}x`], 'x'],
    ['a thousand headers', ['/ws', ...Array<string>(1_000).fill('Authorization: Bearer token')], 'token'],
  ])('is read among %s', (_what, lines, token) => {
    expect(read(lines)).toBe(token);
  });
});
