import { type ArgumentsHost, Catch, HttpException, HttpStatus } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { HubApiError } from '@ws-hub/nestjs';

const STATUS = {
  bad_request: HttpStatus.BAD_REQUEST,
  gone: HttpStatus.GONE,
  unavailable: HttpStatus.SERVICE_UNAVAILABLE,
  full: HttpStatus.INSUFFICIENT_STORAGE,
};

/** What the hub did not do, as an answer of HTTP. */
@Catch(HubApiError)
export class HubApiFilter extends BaseExceptionFilter {
  override catch({ code, message }: HubApiError, host: ArgumentsHost): void {
    super.catch(new HttpException(message, STATUS[code]), host);
  }
}
