import type { Transport } from '../connection/transport.js';

/** A transport that keeps what is written to it, for tests. */
export class ArrayTransport implements Transport {
  readonly written: Buffer[] = [];
  closedWith: { readonly code: number; readonly reason: string } | undefined;
  isOpen = true;
  isPaused = false;
  isTerminated = false;
  queuedBytes = 0;
  bytesRead = 0;
  probes = 0;
  answersProbes = true;

  write(bytes: Buffer): void {
    this.written.push(bytes);
  }

  writeAll(buffers: readonly Buffer[], written: () => void): void {
    for (const each of buffers) this.written.push(each);
    setImmediate(written);
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  probe(): void {
    this.probes++;
  }

  close(code: number, reason: string): void {
    this.isOpen = false;
    this.closedWith = { code, reason };
  }

  ignoreInput(): void {
    // It has no input.
  }

  terminate(): void {
    this.isOpen = false;
    this.isTerminated = true;
  }
}
