import type { IncomingMessage } from 'node:http';
import { hasBody } from '../gateway/admission.js';
import { bodyTooLarge } from './bodies.js';
import { parseJson, textOf } from './json.js';
import { type PlatformRequest, rawRequestOf } from './platform.js';
import { Problem } from './problem.js';

const JSON_TYPE = /^application\/json\s*(;|$)/i;
const TEXT_TYPE = /^text\/plain\s*(;|$)/i;
const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]+)/i;
const CHARSETS = new Set(['utf-8', 'utf8', 'us-ascii']);
const NOTHING = Buffer.alloc(0);

/** The body of a request: its bytes, or the result of a parser of the application. */
export class RequestBody {
  private constructor(
    private readonly read: unknown,
    private readonly type: string,
    /** Its size in bytes; approximate if only a parser of the application knows. */
    readonly bytes: number,
  ) {}

  /**
   * @param maxBytes for a body that is not read yet, or has no Content-Length
   * @param then called with the body, synchronously if it has been read already
   * @throws Problem 400, 413
   */
  static read<Result>(
    request: PlatformRequest,
    maxBytes: number,
    then: (body: RequestBody) => Result | Promise<Result>,
  ): Result | Promise<Result> {
    const raw = rawRequestOf(request);
    // Otherwise Fastify or a body parser has read it.
    if (hasBody(raw) && !raw.readableDidRead)
      return readAll(raw, maxBytes).then((read) => then(RequestBody.of(raw, read)));
    const body = RequestBody.of(raw, request.body);
    if (body.bytes > maxBytes) throw bodyTooLarge(maxBytes);
    return then(body);
  }

  private static of({ headers }: IncomingMessage, read: unknown): RequestBody {
    return new RequestBody(read, headers['content-type'] ?? '', bytesOf(read, headers['content-length']));
  }

  get isText(): boolean {
    return TEXT_TYPE.test(this.type);
  }

  /** @throws Problem 400, 415 */
  json(): unknown {
    if (!JSON_TYPE.test(this.type)) throw new Problem(415, 'the body must be application/json');
    this.checkCharset();
    if (Buffer.isBuffer(this.read)) return parseJson(this.read);
    return typeof this.read === 'string' ? parseJson(Buffer.from(this.read)) : this.read;
  }

  /** @throws Problem 400, 415 */
  text(): string {
    this.checkCharset();
    const { read = NOTHING } = this;
    if (Buffer.isBuffer(read)) return textOf(read);
    if (typeof read === 'string') return read;
    throw new Problem(415, 'the body is not text');
  }

  private checkCharset(): void {
    const [, charset] = CHARSET.exec(this.type) ?? [];
    if (charset !== undefined && !CHARSETS.has(charset.toLowerCase()))
      throw new Problem(415, 'the charset must be utf-8');
  }
}

/** Without a length, a body that a parser of the application has read is measured as JSON, its original format. */
function bytesOf(read: unknown, length: string | undefined): number {
  if (Buffer.isBuffer(read)) return read.length;
  if (length !== undefined) return Number(length);
  return read === undefined ? 0 : Buffer.byteLength(typeof read === 'string' ? read : JSON.stringify(read));
}

async function readAll(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw bodyTooLarge(maxBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    // The client left before the end of its body: no response can be sent.
    throw error instanceof Problem ? error : new Problem(400, 'the body is incomplete');
  }
  return Buffer.concat(chunks);
}
