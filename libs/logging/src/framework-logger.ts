import { Injectable } from '@nestjs/common';
import { Logger } from 'nestjs-pino';

/** Nest's own lines (modules, routes) matter only for debugging the wiring. */
@Injectable()
export class FrameworkLogger extends Logger {
  override log(message: unknown, ...rest: unknown[]): void {
    this.debug(message, ...rest);
  }
}
