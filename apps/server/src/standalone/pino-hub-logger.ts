import { Injectable } from '@nestjs/common';
import { HubLogger, type LogFields } from '@ws-hub/nestjs';
import { PinoLogger } from 'nestjs-pino';
import { EventRing } from './event-ring.js';

/** Lines of the standalone server: JSON objects, by pino. */
@Injectable()
export class PinoHubLogger extends HubLogger {
  readonly isDebug: boolean;
  /** The last lines at info or above, even if LOG_LEVEL suppresses them. */
  readonly recent = new EventRing();

  constructor(private readonly pino: PinoLogger) {
    super();
    this.isDebug = pino.logger.isLevelEnabled('debug');
  }

  debug(fields: LogFields, message: string): void {
    this.pino.debug(fields, message);
  }

  info(fields: LogFields, message: string): void {
    this.recent.add('info', fields, message);
    this.pino.info(fields, message);
  }

  warn(fields: LogFields, message: string): void {
    this.recent.add('warn', fields, message);
    this.pino.warn(fields, message);
  }

  error(fields: LogFields, message: string): void {
    this.recent.add('error', fields, message);
    this.pino.error(fields, message);
  }
}
