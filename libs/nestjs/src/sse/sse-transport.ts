import { type OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import type { Transport } from '@ws-hub/hub';
import { EVENT_STREAM } from '@ws-hub/protocol';
import { COMMENT } from './sse.encoder.js';

/** The headers of every stream. */
export const STREAM_HEADERS: OutgoingHttpHeaders = {
  'Content-Type': `${EVENT_STREAM}; charset=utf-8`,
  'Cache-Control': 'no-store',
  // Otherwise nginx would buffer the response.
  'X-Accel-Buffering': 'no',
};

const CUT_OFF = new Error('the hub has terminated the stream');
/** For a peer that ended without a close frame (RFC 6455, section 7.1.5). Streams have none. */
const NO_WORD = { code: 1006, reason: '' };

export type StreamResponse = ServerResponse | Http2ServerResponse;

/** Encodes the last event of a stream. */
export type Farewell = (code: number, reason: string) => Buffer;

/**
 * A response that stays open. It has neither a length nor chunks and ends with its connection, so all listeners get the
 * same bytes. They go straight to the TCP socket, bypassing Node's work per chunk of a response.
 */
export class SseTransport implements Transport {
  /** TCP acknowledges data, but nobody is notified. */
  readonly answersProbes = false;
  private closedWith: { readonly code: number; readonly reason: string } | undefined;

  private constructor(
    private readonly response: StreamResponse,
    private readonly sink: Writable,
    private readonly farewell: Farewell,
    private readonly closeTimeoutMs: number,
  ) {}

  /**
   * Writes the head of a response with its headers. Nothing else may write to it afterwards.
   *
   * @param farewell encodes the event that `close` sends
   * @param closeTimeoutMs how long a peer may take to read it
   */
  static open(response: StreamResponse, farewell: Farewell, closeTimeoutMs: number): SseTransport {
    writeHead(response);
    const sink = sinkOf(response);
    if (sink instanceof Socket) sink.setTimeout(0).setNoDelay(true).setKeepAlive(true);
    return new SseTransport(response, sink, farewell, closeTimeoutMs);
  }

  get isOpen(): boolean {
    return this.closedWith === undefined && this.sink.writable && !this.sink.destroyed;
  }

  /** Whether the peer left before the end could be observed. */
  get isGone(): boolean {
    return this.sink.destroyed;
  }

  get queuedBytes(): number {
    return this.sink.writableLength;
  }

  /** Includes earlier requests on the same connection. 0 where streams share a connection. */
  get bytesRead(): number {
    return this.sink instanceof Socket ? this.sink.bytesRead : 0;
  }

  /** @param ended called once, with the close code that a WebSocket would have had */
  onEnd(ended: (code: number, reason: string) => void): void {
    this.sink.on('error', () => this.sink.destroy());
    this.sink.once('close', () => {
      const { code, reason } = this.closedWith ?? NO_WORD;
      ended(code, reason);
    });
  }

  write(bytes: Buffer): void {
    this.sink.write(bytes);
  }

  writeAll(buffers: readonly Buffer[], written: () => void): void {
    const { sink } = this;
    sink.cork();
    for (const [at, each] of buffers.entries())
      sink.write(each, at === buffers.length - 1 ? () => written() : undefined);
    sink.uncork();
  }

  pause(): void {
    // A listener sends nothing after its request.
  }

  resume(): void {
    // See above.
  }

  probe(): void {
    if (this.isOpen) this.write(COMMENT);
  }

  close(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.closedWith = { code, reason };
    this.sink.write(this.farewell(code, reason));
    this.response.end();
    setTimeout(() => this.terminate(), this.closeTimeoutMs).unref();
  }

  ignoreInput(): void {
    // Its input is ignored anyway.
  }

  terminate(): void {
    // With a reason: without one Node creates an Error with a stack for each pending write.
    this.sink.destroy(CUT_OFF);
  }
}

function writeHead(response: StreamResponse): void {
  if (response instanceof ServerResponse) {
    // Prevents chunked encoding.
    response.removeHeader('Transfer-Encoding');
    // Bypasses wrappers: compressing middleware would announce an encoding that the direct writes do not have.
    ServerResponse.prototype.writeHead.call(response, 200, { ...STREAM_HEADERS, Connection: 'close' });
    response.flushHeaders();
  } else response.writeHead(200, STREAM_HEADERS);
}

/** Where the bytes go: to the socket itself, if only this response uses it and its turn has come. */
function sinkOf(response: StreamResponse): Writable {
  if (!(response instanceof ServerResponse)) return response.stream;
  return response.socket instanceof Socket ? response.socket : response;
}
