import { type ArgumentsHost, Catch, HttpException } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { BaseExceptionFilter } from '@nestjs/core';
import { Guard } from '@ws-hub/hub';

const INTERNAL_ERROR = new HttpException('internal error', 500);

/** Answers exceptions as Nest does, but counts and logs what nobody meant to throw as every bug of the hub. */
@Catch()
export class InternalErrorFilter extends BaseExceptionFilter {
  constructor(
    private readonly guard: Guard,
    adapter: AbstractHttpAdapter,
  ) {
    super(adapter);
  }

  override catch(exception: unknown, host: ArgumentsHost): void {
    if (exception instanceof HttpException || this.isHttpError(exception)) super.catch(exception, host);
    else {
      this.guard.failed('request', exception);
      super.catch(INTERNAL_ERROR, host);
    }
  }
}
