import { Injectable, Logger } from '@nestjs/common';
import { HubLogger, type LogFields } from './logger/hub-logger.js';

const CONTEXT = 'Hub';
/** In a line it would say what the message says. */
const EVENT = 'event';
/** Texts of clients are in these lines: nothing in them may begin a new one or steer a terminal. */
const UNSAFE = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/** Lines in the application's own logger: `message key=value …`, with the stack of an error where there is one. */
@Injectable()
export class NestHubLogger extends HubLogger {
  private readonly logger = new Logger(CONTEXT);

  get isDebug(): boolean {
    return Logger.isLevelEnabled('debug');
  }

  debug(fields: LogFields, message: string): void {
    this.logger.debug(lineOf(fields, message));
  }

  info(fields: LogFields, message: string): void {
    this.logger.log(lineOf(fields, message));
  }

  warn(fields: LogFields, message: string): void {
    this.logger.warn(lineOf(fields, message));
  }

  error(fields: LogFields, message: string): void {
    const { err } = fields;
    this.logger.error(lineOf(fields, message), ...(err instanceof Error ? [err.stack] : []));
  }
}

/** Values that are no words are written as JSON. */
export function lineOf(fields: LogFields, message: string): string {
  const pairs = Object.entries(fields).filter(([name, value]) => name !== EVENT && value !== undefined);
  return [message, ...pairs.map(([name, value]) => `${name}=${textOf(value)}`)]
    .join(' ')
    .replace(UNSAFE, escapeCharacter);
}

function textOf(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(value.message);
  if (typeof value === 'string' && /^[^\s="]+$/.test(value)) return value;
  return JSON.stringify(value) ?? String(value);
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
