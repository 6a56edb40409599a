import type { ClientMessage } from '@ws-hub/protocol';
import { clientMessage } from './v1.schemas.js';

/** A message of the contract, or what is wrong with it. */
export type Read =
  | { readonly message: ClientMessage }
  | { readonly problem: string; readonly key?: string | undefined };

/** In any other message `channels` is an unknown key, which is ignored. */
const WITH_LIST: ReadonlySet<unknown> = new Set(['hello', 'subscribe', 'unsubscribe']);

/** Reads what a hub.v1 client sent. @param maxChannels how many a list may name; looked at before the names are */
export function readMessage(data: Buffer, maxChannels: number): Read {
  let value: unknown;
  try {
    value = JSON.parse(data.toString());
  } catch {
    // Its message would quote what was sent; that it is not JSON is all there is to say.
    return { problem: 'it is not JSON' };
  }
  const problem = problemOfList(value, maxChannels);
  if (problem !== undefined) return { problem };
  const { success, data: message, error } = clientMessage.safeParse(value);
  if (success) return { message };
  const [issue] = error.issues;
  return { problem: `${issue?.path.join('.') || 'it'}: ${issue?.message}`, key: keyOf(value) };
}

/** A list is bounded before its items are looked at, each of which costs something. */
function problemOfList(value: unknown, max: number): string | undefined {
  const { type, channels } = (value ?? {}) as { type?: unknown; channels?: unknown };
  if (!WITH_LIST.has(type) || !Array.isArray(channels)) return undefined;
  if (channels.length > max) return `channels: at most ${max} channels`;
  return new Set(channels).size < channels.length ? 'channels: each may be named once only' : undefined;
}

/** So that the sender knows which of its messages was meant. */
function keyOf(value: unknown): string | undefined {
  const { key } = (value ?? {}) as { key?: unknown };
  return typeof key === 'string' ? key : undefined;
}
