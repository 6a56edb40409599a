import { STATUS_CODES } from 'node:http';
import { Problem, type ProblemDetails } from '../http/problem.js';
import type { ProblemStatus } from './http-route.js';

type OpenApi = Readonly<Record<string, unknown>>;

interface ProblemTold {
  readonly when: string;
  readonly headers?: OpenApi;
  readonly example: ProblemDetails;
}

const retryAfter = {
  'Retry-After': {
    description: 'Whole seconds to wait before a retry.',
    schema: { type: 'integer', minimum: 1 },
  },
};
const challenge = { 'WWW-Authenticate': { description: '`Bearer`.', schema: { type: 'string' } } };

/** When each status is returned, with an example of its detail. */
export const PROBLEMS: Readonly<Record<ProblemStatus, ProblemTold>> = {
  400: {
    when: 'The request is malformed.',
    example: exampleOf(400, 'content: Invalid input: expected string, received undefined'),
  },
  401: {
    when: 'The credentials are missing, invalid, expired or revoked.',
    headers: challenge,
    example: exampleOf(401, 'the API key is not known'),
  },
  403: {
    when: 'The credentials are valid but do not allow the request.',
    example: exampleOf(403, 'these credentials do not allow history on stock', ['stock']),
  },
  410: {
    when: 'Some messages after `after` are no longer kept.',
    example: exampleOf(410, 'some messages after this position are no longer kept'),
  },
  413: {
    when: 'The body or the content is too large.',
    example: exampleOf(413, 'content may have at most 65536 bytes'),
  },
  415: {
    when: 'The body has an unsupported type, a charset other than UTF-8, or a `Content-Encoding`.',
    example: exampleOf(415, 'the body must be application/json'),
  },
  429: {
    when: 'The caller sends too fast.',
    headers: retryAfter,
    example: exampleOf(429, 'too many messages from this client'),
  },
  503: {
    when: 'The hub cannot serve the request at the moment. A message may be stored nevertheless: retry with the same key.',
    headers: retryAfter,
    example: exampleOf(503, 'the hub is overloaded'),
  },
};

/** The name of a status in the document. */
export function problemName(status: ProblemStatus): string {
  return (STATUS_CODES[status] ?? '').replace(/\W/g, '');
}

function exampleOf(status: ProblemStatus, detail: string, channels?: readonly string[]): ProblemDetails {
  return new Problem(status, detail, channels && { channels }).details;
}
