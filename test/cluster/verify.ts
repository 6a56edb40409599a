import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/ws-hub.js', import.meta.url));

/** The part of the output of `ws-hub verify --json` that these tests use. */
export interface Verified {
  readonly acked: number;
  readonly lost: number;
  readonly duplicate: number;
  readonly outOfOrder: number;
  readonly unknown: number;
  readonly gaps: number;
  readonly cutsInFlight: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly faults: readonly string[];
}

/** A run of `ws-hub verify` whose progress a test follows. */
export class Verification {
  readonly result: Promise<Verified>;
  private readonly child;
  private stderr = '';
  private waiting: { readonly said: number; resolve(): void }[] = [];

  constructor(url: string, ...flags: string[]) {
    this.child = spawn(process.execPath, [BIN, 'verify', '--url', url, '--json', ...flags], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    this.child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    this.child.stderr.on('data', (chunk) => this.progress(String(chunk)));
    this.result = once(this.child, 'close').then(() => {
      if (stdout === '') throw new Error(this.stderr);
      return JSON.parse(stdout) as Verified;
    });
  }

  /** Resolves when so many messages have been sent. The verification reports it once a second. */
  said(count: number): Promise<void> {
    return new Promise((resolve) => this.waiting.push({ said: count, resolve }));
  }

  private progress(text: string): void {
    this.stderr += text;
    const said = Number(
      this.stderr
        .match(/published (\d+)/g)
        ?.at(-1)
        ?.slice('published '.length) ?? 0,
    );
    for (const waiter of this.waiting) if (waiter.said <= said) waiter.resolve();
    this.waiting = this.waiting.filter((waiter) => waiter.said > said);
  }
}
