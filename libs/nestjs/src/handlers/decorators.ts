import 'reflect-metadata';
import { ConnectedSocket, MessageBody } from '@nestjs/websockets';
import { PARAM_ARGS_METADATA } from '@nestjs/websockets/internal';
import { assertPattern } from './pattern.js';

/** A message that this hub has taken and stored. */
export interface StoredMessage {
  /** Its place in the order of all messages, as hub.v1 clients know it. */
  readonly id: string;
  readonly channel: string;
  readonly clientId: string;
  /** Whom the token of the sender named; undefined for an anonymous sender. */
  readonly user?: string | undefined;
  /** The sender's name for it; undefined for that of a plain client. */
  readonly key: string | undefined;
  /** Unix time in whole seconds. */
  readonly timestamp: number;
  readonly content: string;
}

/** A client, as handlers know it. */
export interface HubPeer {
  readonly clientId: string;
  /** Whom its token names; undefined for an anonymous client. */
  readonly user?: string | undefined;
  readonly remoteAddress: string;
  /** The channel of its URL. */
  readonly channel: string;
}

/** How a client left. */
export interface HubLeave {
  /** The close code. */
  readonly code: number;
}

/** What a method handles. */
export interface Handled {
  readonly what: 'message' | 'join' | 'leave';
  /** The channels, for messages. */
  readonly pattern: string;
}

const HANDLED = Symbol.for('ws-hub.handled');

/**
 * Calls the method with each message that this hub has stored: `method(message: StoredMessage, client: HubPeer)`.
 *
 * Guards, pipes, interceptors and filters apply as for Nest's own handlers (context type `ws`), and so do `@MessageBody`
 * and `@ConnectedSocket`. A filter that has dealt with an error returns a promise (`async catch`): for Nest an error goes on
 * after one that returns nothing. The method is called after the message is stored and beside its delivery, which never waits.
 *
 * @param pattern a channel; the beginning of some and `*`; or `*` for all
 * @throws Error if no channel can have such a name
 */
export function OnHubMessage(pattern = '*'): MethodDecorator {
  assertPattern(pattern);
  return handles({ what: 'message', pattern }, [MessageBody(), ConnectedSocket()]);
}

/** Calls the method with each client that has joined: `method(client: HubPeer)`. */
export function OnHubJoin(): MethodDecorator {
  return handles({ what: 'join', pattern: '*' }, [ConnectedSocket()]);
}

/** Calls the method with each client that has left: `method(client: HubPeer, leave: HubLeave)`. */
export function OnHubLeave(): MethodDecorator {
  return handles({ what: 'leave', pattern: '*' }, [ConnectedSocket(), MessageBody()]);
}

/** What a method handles; empty if it is no handler. */
export function handledBy(method: object): readonly Handled[] {
  return (Reflect.getMetadata(HANDLED, method) as Handled[] | undefined) ?? [];
}

function handles(handled: Handled, parameters: readonly ParameterDecorator[]): MethodDecorator {
  return (target, name, descriptor) => {
    const method = descriptor.value as object;
    Reflect.defineMetadata(HANDLED, [...handledBy(method), handled], method);
    // Decorators of parameters come before those of their method.
    if (Reflect.hasMetadata(PARAM_ARGS_METADATA, target.constructor, name)) return;
    for (const [index, decorate] of parameters.entries()) decorate(target, name, index);
  };
}
