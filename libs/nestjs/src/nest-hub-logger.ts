import { Injectable, Logger } from '@nestjs/common';
import { HubLogger, type LogFields } from './logger/hub-logger.js';

const CONTEXT = 'Hub';
/** Left out of the line: the message says the same. */
const EVENT = 'event';
/** Characters that could start a new line or control a terminal: lines contain text from clients. */
const UNSAFE = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/** Logs to the application's own logger: `message key=value …`, with the stack of an error if there is one. */
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

/** Values that are not single words are written as JSON. */
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
