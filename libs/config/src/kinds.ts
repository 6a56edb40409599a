import { z } from 'zod';
import { hasCredentials } from './secrets.js';

/** The longest time that a Node timer can wait. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const WEB_SOCKET_PROTOCOLS: readonly string[] = ['ws:', 'wss:'];
const HTTP_PROTOCOLS: readonly string[] = ['http:', 'https:'];
const HUB_PROTOCOLS: readonly string[] = [...WEB_SOCKET_PROTOCOLS, ...HTTP_PROTOCOLS];

/** A whole number from `min` to `max`. */
export function integer(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .refine((value) => value >= min && value <= max)
    .describe(`a whole number from ${min} to ${max}`);
}

/** A duration in milliseconds that a timer can wait for. */
export function milliseconds(min: number) {
  return integer(min, MAX_TIMER_MS).describe(`milliseconds, a whole number from ${min} to ${MAX_TIMER_MS}`);
}

/** A size in bytes. */
export function bytes(min: number, max: number) {
  return integer(min, max).describe(`bytes, a whole number from ${min} to ${max}`);
}

/** Comma-separated items, each of which `isAllowed`; empty for none. */
export function list(isAllowed: (item: string) => boolean, allowed: string) {
  return z
    .string()
    .transform((value) => value.split(',').map((item) => item.trim()))
    .transform((items) => items.filter((item) => item !== ''))
    .refine((items) => items.every(isAllowed))
    .describe(allowed);
}

/** One of the words given. */
export function choice<const T extends readonly [string, ...string[]]>(words: T) {
  return z
    .string()
    .transform((word) => word.toLowerCase())
    .pipe(z.enum(words))
    .meta({ description: `one of ${words.join(', ')}`, words });
}

/** Any text; `allowed` says in words what makes sense. */
export function text(allowed: string) {
  return z.string().describe(allowed);
}

/** An absolute ws:// or wss:// URL. */
export function webSocketUrl() {
  return z.string().refine(isWebSocketUrl).meta({
    description: 'a URL that starts with ws:// or wss:// and has no #fragment',
    holdsSecret: hasCredentials,
  });
}

/** One or more absolute ws:// or wss:// URLs, comma-separated. */
export function webSocketUrls() {
  const description = 'URLs that start with ws:// or wss:// and have no #fragment, comma-separated';
  return list(isWebSocketUrl, description)
    .refine((urls) => urls.length > 0)
    .meta({ description, holdsSecret: hasCredentials });
}

/** An absolute URL of a hub, for WebSockets or for HTTP. */
export function hubUrl() {
  return z
    .string()
    .refine((value) => isUrl(value, HUB_PROTOCOLS))
    .meta({
      description: 'a URL that starts with ws://, wss://, http:// or https:// and has no #fragment',
      holdsSecret: hasCredentials,
    });
}

/** One or more of them, comma-separated. */
export function hubUrls() {
  const description =
    'URLs that start with ws://, wss://, http:// or https:// and have no #fragment, comma-separated';
  return list((value) => isUrl(value, HUB_PROTOCOLS), description)
    .refine((urls) => urls.length > 0)
    .meta({ description, holdsSecret: hasCredentials });
}

/** An absolute http:// or https:// URL; empty for none. */
export function httpUrl() {
  return z
    .string()
    .refine((value) => value === '' || isUrl(value, HTTP_PROTOCOLS))
    .describe('a URL that starts with http:// or https:// and has no #fragment, or empty');
}

/** Yes or no; as a flag it needs no value. */
export function toggle() {
  return choice(['true', 'false'])
    .transform((word) => word === 'true')
    .meta({ description: 'true or false', isSwitch: true });
}

function isWebSocketUrl(value: string): boolean {
  return isUrl(value, WEB_SOCKET_PROTOCOLS);
}

function isUrl(value: string, protocols: readonly string[]): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hash } = new URL(value);
  return protocols.includes(protocol) && hash === '';
}
