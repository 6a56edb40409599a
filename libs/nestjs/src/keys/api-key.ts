import { hash, randomBytes, randomInt } from 'node:crypto';
import { ACTIONS, CHANNEL_PATTERN_RULE, MAX_RIGHTS, type Right } from '@ws-hub/protocol';
import { isAllowList, parseAllow } from '../auth/allow-list.js';

/** Random bytes of a key. */
const SECRET_BYTES = 32;
const ID_LENGTH = 8;
const ID_CHARACTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const PREFIX = 'wsh_';
const KEY = /^wsh_([a-z0-9]{8})_[A-Za-z0-9_-]{43}$/;
/** Becomes part of the client id of the holder's messages, which has at most 128 characters. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** The right to actions that belong to no channel: lists, disconnects, revocations. */
const ADMIN = 'admin:>';

export const KEY_NAME_RULE = `1-64 of A-Z a-z 0-9 . _ -, the first of them a letter or a digit, and not ${PREFIX} at the beginning`;
/** The rule for a key's rights, as error messages state it. */
export const KEY_ALLOW_RULE = `at most ${MAX_RIGHTS} comma-separated pairs ACTION:PATTERN, and ${ADMIN} for lists, disconnects and revocations; ACTION is ${ACTIONS.join(', ')}, or * for all of them; PATTERN is ${CHANNEL_PATTERN_RULE}`;

/** The rights of a key. */
export interface KeyRights {
  readonly rights: readonly Right[];
  /** Whether its holder may list channels, disconnect clients and revoke tokens. */
  readonly isAdmin: boolean;
}

/** A key as the hub stores it: its hash, not the key. */
export interface ApiKey extends KeyRights {
  /** Distinguishes keys with the same name. */
  readonly id: string;
  /** The holder. Keys with the same name are one client. */
  readonly name: string;
  readonly sha256: Buffer;
}

/** Whether this can be the name of a key's holder. Names are logged, so a key is not accepted as one. */
export function isKeyName(name: string): boolean {
  return NAME.test(name) && !looksLikeKey(name);
}

/** Generates a key: the key for its holder, and its id. */
export function makeKey(): { readonly key: string; readonly id: string } {
  const id = Array.from({ length: ID_LENGTH }, () => ID_CHARACTERS[randomInt(ID_CHARACTERS.length)]).join('');
  return { key: `${PREFIX}${id}_${randomBytes(SECRET_BYTES).toString('base64url')}`, id };
}

/** Whether the text looks like a key, valid or not. */
export function looksLikeKey(text: string): boolean {
  return text.startsWith(PREFIX);
}

/** The id in a key; undefined if the text is not a key. */
export function keyIdOf(key: string): string | undefined {
  return KEY.exec(key)?.[1];
}

export function hashOf(key: string): Buffer {
  // Runs per request: this takes half the time of a Hash object.
  return hash('sha256', key, 'buffer');
}

/**
 * Parses the rights of a key: `publish:>, history:orders.*, admin:>`.
 *
 * @throws TypeError naming the invalid entry
 */
export function parseKeyRights(text: string): KeyRights {
  const items = itemsOf(text);
  return { rights: parseAllow(ofChannels(items)), isAdmin: items.includes(ADMIN) };
}

/** Whether `parseKeyRights` accepts the text. */
export function isKeyAllow(text: string): boolean {
  return isAllowList(ofChannels(itemsOf(text)));
}

function itemsOf(text: string): string[] {
  return text.split(',').map((item) => item.trim());
}

function ofChannels(items: readonly string[]): string {
  return items.filter((item) => item !== ADMIN).join(',');
}
