import 'reflect-metadata';
import { ConnectedSocket, MessageBody } from '@nestjs/websockets';
import { PARAM_ARGS_METADATA } from '@nestjs/websockets/internal';
import { assertPattern } from './pattern.js';

/** A message that this hub has accepted and stored. */
export interface StoredMessage {
  /** Its position in the log, in the form that hub.v1 clients use. */
  readonly id: string;
  readonly channel: string;
  readonly clientId: string;
  /** The user in the sender's token; undefined for an anonymous sender. */
  readonly user?: string | undefined;
  /** The sender's key of the message; undefined for a message of a plain client. */
  readonly key: string | undefined;
  /** Unix time in whole seconds. */
  readonly timestamp: number;
  readonly content: string;
}

/** A client, as handlers see it. */
export interface HubPeer {
  readonly clientId: string;
  /** The user in its token; undefined for an anonymous client. */
  readonly user?: string | undefined;
  readonly remoteAddress: string;
  /** The channel in its URL. */
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
  /** The channels, for message handlers. */
  readonly pattern: string;
}

const HANDLED = Symbol.for('ws-hub.handled');

/**
 * Calls the method with each message that this hub stores: `method(message: StoredMessage, client: HubPeer)`.
 *
 * Guards, pipes, interceptors and filters work as for Nest's own handlers (context type `ws`), and so do `@MessageBody`
 * and `@ConnectedSocket`. A filter that has handled an error must return a promise (`async catch`): if it returns
 * nothing, Nest treats the error as unhandled. The method is called after the message is stored, in parallel with its
 * delivery, which never waits.
 *
 * @param pattern a channel; a prefix followed by `*`; or `*` for all channels
 * @throws Error if no channel can match the pattern
 */
export function OnHubMessage(pattern = '*'): MethodDecorator {
  assertPattern(pattern);
  return handles({ what: 'message', pattern }, [MessageBody(), ConnectedSocket()]);
}

/** Calls the method with each client that joins: `method(client: HubPeer)`. */
export function OnHubJoin(): MethodDecorator {
  return handles({ what: 'join', pattern: '*' }, [ConnectedSocket()]);
}

/** Calls the method with each client that leaves: `method(client: HubPeer, leave: HubLeave)`. */
export function OnHubLeave(): MethodDecorator {
  return handles({ what: 'leave', pattern: '*' }, [ConnectedSocket(), MessageBody()]);
}

/** What a method handles; empty if it is not a handler. */
export function handledBy(method: object): readonly Handled[] {
  return (Reflect.getMetadata(HANDLED, method) as Handled[] | undefined) ?? [];
}

function handles(handled: Handled, parameters: readonly ParameterDecorator[]): MethodDecorator {
  return (target, name, descriptor) => {
    const method = descriptor.value as object;
    Reflect.defineMetadata(HANDLED, [...handledBy(method), handled], method);
    // Parameter decorators run before those of their method.
    if (Reflect.hasMetadata(PARAM_ARGS_METADATA, target.constructor, name)) return;
    for (const [index, decorate] of parameters.entries()) decorate(target, name, index);
  };
}
