import type { Params } from 'nestjs-pino';
import { type DestinationStream, type LoggerOptions, pino } from 'pino';
import { machineLog } from './machine-log.js';
import { readableLog } from './readable-log.js';

/** The levels that a logger can be set to, loudest last. */
export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * The logger of the applications: one JSON object per line on stdout, readable lines on a terminal.
 *
 * @param name is part of each line, to tell the logs of several processes apart
 * @param onReaderGone called once, when nobody reads the JSON lines any longer
 */
export function loggerParams(name: string, level: LogLevel, onReaderGone?: () => void): Params {
  return {
    pinoHttp: [
      { ...options(name, level), autoLogging: false, wrapSerializers: false },
      destination(onReaderGone),
    ],
    forRoutes: [],
  };
}

function options(name: string, level: LogLevel): LoggerOptions {
  return { name, level, serializers: { err: serializeError } };
}

/** Errors keep their stack; objects that were made without a stack on purpose stay as they are. */
function serializeError(value: unknown): unknown {
  return value instanceof Error ? pino.stdSerializers.err(value) : value;
}

function destination(onReaderGone?: () => void): DestinationStream {
  return process.stdout.isTTY ? readableLog(1) : machineLog(onReaderGone);
}
