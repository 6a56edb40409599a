import type { ServerResponse } from 'node:http';
import { type ArgumentsHost, Catch, Injectable } from '@nestjs/common';
import { type PlatformRequest, rawRequestOf, rawResponseOf } from '../http/platform.js';
import { ProblemFilter } from '../http/problem.filter.js';
import { Problem } from '../http/problem.js';
import { sendBack } from './refused-stream.js';

/** Answers requests that do not become a stream. */
@Catch()
@Injectable()
export class StreamFilter extends ProblemFilter {
  override catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = rawRequestOf(http.getRequest<PlatformRequest>());
    const response = http.getResponse<{ raw?: ServerResponse; hijack?(): void }>();
    const isSentBack = exception instanceof Problem && sendBack(request, rawResponseOf(response), exception);
    if (isSentBack) response.hijack?.();
    else super.catch(exception, host);
  }
}
