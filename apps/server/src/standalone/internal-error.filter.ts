import type { IncomingMessage } from 'node:http';
import { type ArgumentsHost, Catch, HttpException } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { BaseExceptionFilter } from '@nestjs/core';
import { Guard } from '@ws-hub/hub';
import { belowRoot, type ProblemFilter, pathOf } from '@ws-hub/nestjs/gateway';

const INTERNAL_ERROR = new HttpException('internal error', 500);

/** Answers exceptions as Nest does, but counts and logs unexpected ones as bugs of the hub. */
@Catch()
export class InternalErrorFilter extends BaseExceptionFilter {
  constructor(
    private readonly guard: Guard,
    adapter: AbstractHttpAdapter,
    /** For what is below `/v1`; undefined where nothing is. */
    private readonly problems: ProblemFilter | undefined,
  ) {
    super(adapter);
  }

  override catch(exception: unknown, host: ArgumentsHost): void {
    if (this.problems !== undefined && isBelowRoot(host)) this.problems.catch(exception, host);
    else if (exception instanceof HttpException || this.isHttpError(exception)) super.catch(exception, host);
    else {
      this.guard.failed('request', exception);
      super.catch(INTERNAL_ERROR, host);
    }
  }
}

function isBelowRoot(host: ArgumentsHost): boolean {
  const { raw } = host.switchToHttp().getRequest<{ raw: IncomingMessage }>();
  return belowRoot(pathOf(raw)) !== undefined;
}
