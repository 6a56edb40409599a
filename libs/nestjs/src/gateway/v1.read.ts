import type { ClientMessage } from '@ws-hub/protocol';
import { clientMessage } from './v1.schemas.js';

/** A parsed message of the contract, or what is wrong with it. */
export type Read =
  | { readonly message: ClientMessage }
  | { readonly problem: string; readonly key?: string | undefined };

/** Messages with a list of channels. In other messages `channels` is an unknown key and ignored. */
const WITH_LIST: ReadonlySet<unknown> = new Set(['hello', 'subscribe', 'unsubscribe']);

/** Parses a message of a hub.v1 client. @param maxChannels maximum length of a list, checked before its names */
export function readMessage(data: Buffer, maxChannels: number): Read {
  let value: unknown;
  try {
    value = JSON.parse(data.toString());
  } catch {
    // The error message would quote the input. All there is to say is that it is not JSON.
    return { problem: 'it is not JSON' };
  }
  const problem = problemOfList(value, maxChannels);
  if (problem !== undefined) return { problem };
  const { success, data: message, error } = clientMessage.safeParse(value);
  if (success) return { message };
  const [issue] = error.issues;
  return { problem: `${issue?.path.join('.') || 'it'}: ${issue?.message}`, key: keyOf(value) };
}

/** Checks the length of a list before its items: each item costs work. */
function problemOfList(value: unknown, max: number): string | undefined {
  const { type, channels } = (value ?? {}) as { type?: unknown; channels?: unknown };
  if (!WITH_LIST.has(type) || !Array.isArray(channels)) return undefined;
  if (channels.length > max) return `channels: at most ${max} channels`;
  return new Set(channels).size < channels.length ? 'channels: each may be named only once' : undefined;
}

/** The key, so that the sender knows which of its messages is meant. */
function keyOf(value: unknown): string | undefined {
  const { key } = (value ?? {}) as { key?: unknown };
  return typeof key === 'string' ? key : undefined;
}
