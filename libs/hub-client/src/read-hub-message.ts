import type { HubMessage } from '@ws-hub/protocol';

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const texts: Check = (value) => Array.isArray(value) && value.every(text);
const flag: Check = (value) => typeof value === 'boolean';
const integer: Check = Number.isInteger;
const positive: Check = (value) => Number.isInteger(value) && (value as number) > 0;
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

type Fields<Type> = {
  readonly [Name in keyof Omit<Extract<HubMessage, { type: Type }>, 'type'>]-?: Check;
};

/** By hand, not with the schemas of the server, which would bring zod into every page. */
const FIELDS: { readonly [Type in HubMessage['type']]: Fields<Type> } = {
  welcome: {
    client_id: text,
    session: text,
    position: text,
    recovered: flag,
    ping_interval: positive,
    max_payload: positive,
    user: optional(text),
    expires_in: optional(integer),
    refused: optional(texts),
  },
  authorized: { user: optional(text), expires_in: optional(integer) },
  ack: { key: text, id: text, duplicate: optional(flag) },
  message: {
    id: text,
    channel: text,
    client_id: text,
    user: optional(text),
    timestamp: integer,
    content: text,
  },
  position: { position: text },
  subscribed: { channels: texts, position: text, reason: optional(text) },
  unsubscribed: { channels: texts, position: text, reason: optional(text) },
  ping: {},
  pong: {},
  // Any code: a later hub may have others.
  error: { code: text, message: text, key: optional(text), channels: optional(texts) },
};

/**
 * Parses a hub.v1 message of the hub. Unknown keys are kept.
 *
 * @throws Error that quotes the frame if it is not a message of the contract
 */
export function readHubMessage(frame: string): HubMessage {
  const value: unknown = JSON.parse(frame);
  if (!isHubMessage(value)) throw new Error(`not a message of hub.v1: ${frame.slice(0, 100)}`);
  return value;
}

/** Whether this is a message of the contract. */
export function isHubMessage(value: unknown): value is HubMessage {
  if (typeof value !== 'object' || value === null) return false;
  const { type, ...fields } = value as Record<string, unknown>;
  if (typeof type !== 'string' || !Object.hasOwn(FIELDS, type)) return false;
  const checks = Object.entries(FIELDS[type as HubMessage['type']]) as [string, Check][];
  return checks.every(([name, check]) => check(fields[name]));
}
