import { hash, randomBytes, randomInt } from 'node:crypto';
import { ACTIONS, CHANNEL_PATTERN_RULE, MAX_RIGHTS, type Right } from '@ws-hub/protocol';
import { isAllowList, parseAllow } from '../auth/allow-list.js';

/** Bytes of a key that nobody can guess. */
const SECRET_BYTES = 32;
const ID_LENGTH = 8;
const ID_CHARACTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const PREFIX = 'wsh_';
const KEY = /^wsh_([a-z0-9]{8})_[A-Za-z0-9_-]{43}$/;
/** A part of the client id of what its holder publishes, which has at most 128 characters. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** The right to what is no channel's: lists, disconnects, revocations. */
const ADMIN = 'admin:>';

export const KEY_NAME_RULE = `1-64 of A-Z a-z 0-9 . _ -, the first of them a letter or a digit, and not ${PREFIX} at the beginning`;
/** What a key may be allowed, in the words of an error message. */
export const KEY_ALLOW_RULE = `at most ${MAX_RIGHTS} ACTION:PATTERN between commas, and ${ADMIN} for lists, disconnects and revocations; ACTION is ${ACTIONS.join(', ')}, or * for all of them; PATTERN is ${CHANNEL_PATTERN_RULE}`;

/** What a key allows. */
export interface KeyRights {
  readonly rights: readonly Right[];
  /** Whether its holder may list channels, disconnect clients and revoke tokens. */
  readonly isAdmin: boolean;
}

/** A key as the hub knows it: not the key, but its hash. */
export interface ApiKey extends KeyRights {
  /** Names this key among those of the same name. */
  readonly id: string;
  /** Whose key it is: keys of one name are one client. */
  readonly name: string;
  readonly sha256: Buffer;
}

/** Whether this names the holder of a key. A name stands in logs: a key in its place is none. */
export function isKeyName(name: string): boolean {
  return NAME.test(name) && !looksLikeKey(name);
}

/** A new key: what its holder keeps, and its id. */
export function makeKey(): { readonly key: string; readonly id: string } {
  const id = Array.from({ length: ID_LENGTH }, () => ID_CHARACTERS[randomInt(ID_CHARACTERS.length)]).join('');
  return { key: `${PREFIX}${id}_${randomBytes(SECRET_BYTES).toString('base64url')}`, id };
}

/** Whether a text is meant as a key, also one that cannot be. */
export function looksLikeKey(text: string): boolean {
  return text.startsWith(PREFIX);
}

/** The id in a key; undefined for what is no key. */
export function keyIdOf(key: string): string | undefined {
  return KEY.exec(key)?.[1];
}

export function hashOf(key: string): Buffer {
  // For each request: it takes half of the time that a Hash object does.
  return hash('sha256', key, 'buffer');
}

/**
 * Reads what a key allows: `publish:>, history:orders.*, admin:>`.
 *
 * @throws TypeError naming the entry that is not allowed
 */
export function parseKeyRights(text: string): KeyRights {
  const items = itemsOf(text);
  return { rights: parseAllow(ofChannels(items)), isAdmin: items.includes(ADMIN) };
}

/** Whether `parseKeyRights` reads it. */
export function isKeyAllow(text: string): boolean {
  return isAllowList(ofChannels(itemsOf(text)));
}

function itemsOf(text: string): string[] {
  return text.split(',').map((item) => item.trim());
}

function ofChannels(items: readonly string[]): string {
  return items.filter((item) => item !== ADMIN).join(',');
}
