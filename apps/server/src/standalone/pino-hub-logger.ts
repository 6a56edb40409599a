import { Injectable } from '@nestjs/common';
import { HubLogger, type LogFields } from '@ws-hub/nestjs';
import { PinoLogger } from 'nestjs-pino';

/** Lines of the standalone server: JSON objects, by pino. */
@Injectable()
export class PinoHubLogger extends HubLogger {
  readonly isDebug: boolean;

  constructor(private readonly pino: PinoLogger) {
    super();
    this.isDebug = pino.logger.isLevelEnabled('debug');
  }

  debug(fields: LogFields, message: string): void {
    this.pino.debug(fields, message);
  }

  info(fields: LogFields, message: string): void {
    this.pino.info(fields, message);
  }

  warn(fields: LogFields, message: string): void {
    this.pino.warn(fields, message);
  }

  error(fields: LogFields, message: string): void {
    this.pino.error(fields, message);
  }
}
