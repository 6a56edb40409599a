import type { ServerResponse } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Guard } from '@ws-hub/hub';
import { hasBody } from '../gateway/admission.js';
import { HubApiError } from '../hub.api-checks.js';
import { rawResponseOf } from './platform.js';
import { Problem, tryAgain } from './problem.js';

const PROBLEM_TYPE = 'application/problem+json';
const RETRY_AFTER_MS = 1_000;

/** Answers errors below `/v1` with problem details (RFC 9457), wherever they are thrown. */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly guard: Guard,
  ) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    this.answer(exception, host.switchToHttp().getResponse());
  }

  /** @param response the platform's */
  answer(exception: unknown, response: object): void {
    const { httpAdapter } = this.host;
    if (httpAdapter.isHeadersSent(response)) {
      rawResponseOf(response).destroy();
      return;
    }
    const { status, headers, details } = this.problemOf(exception);
    for (const [name, value] of Object.entries({ ...headersOf(rawResponseOf(response)), ...headers }))
      httpAdapter.setHeader(response, name, value);
    httpAdapter.reply(response, JSON.stringify(details), status);
  }

  private problemOf(exception: unknown): Problem {
    const problem = problemOf(exception);
    if (problem !== undefined) return problem;
    this.guard.failed('request', exception);
    return new Problem(500, 'internal error');
  }
}

/** Answers a request that has not reached a framework yet. */
export function answerProblem(response: ServerResponse, { status, headers, details }: Problem): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = JSON.stringify(details);
  const all = { ...headersOf(response), ...headers, 'Content-Length': String(Buffer.byteLength(body)) };
  // Node obeys this property, and would read the next request in spite of the header.
  if ('Connection' in all) response.shouldKeepAlive = false;
  response.writeHead(status, all).end(body);
}

/** With an unread body, the client would have to send all of it before the next request. */
function headersOf({ req }: ServerResponse): Record<string, string> {
  const headers = { 'Content-Type': PROBLEM_TYPE, 'Cache-Control': 'no-store' };
  return req.complete || !hasBody(req) ? headers : { ...headers, Connection: 'close' };
}

/** Undefined for unexpected errors. */
function problemOf(exception: unknown): Problem | undefined {
  if (exception instanceof Problem) return exception;
  if (exception instanceof HubApiError) return problemOfHub(exception);
  if (exception instanceof HttpException) return new Problem(exception.getStatus(), exception.message);
  return isOfFramework(exception) ? new Problem(exception.statusCode, exception.message) : undefined;
}

function problemOfHub({ code, message }: HubApiError): Problem {
  if (code === 'bad_request') return new Problem(400, message);
  return code === 'gone' ? new Problem(410, message) : tryAgain(503, message, RETRY_AFTER_MS);
}

/** Errors of a platform or its body parser: from Fastify and from the package http-errors. */
function isOfFramework(exception: unknown): exception is Error & { statusCode: number } {
  if (!(exception instanceof Error) || !('statusCode' in exception)) return false;
  const { statusCode } = exception;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
}
