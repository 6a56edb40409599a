import { readFileSync, writeFileSync } from 'node:fs';
import type { Envelope } from '@ws-hub/protocol';
import { type Closed, TestClient } from '@ws-hub/testing';

/** Many clients on one channel, each of which keeps its messages. */
export class Crowd {
  readonly heard: Envelope[][];
  readonly latenciesMs: number[] = [];
  private waiting: { each: number; resolve: () => void } | undefined;
  private behind: number;

  private constructor(readonly clients: readonly TestClient[]) {
    this.heard = clients.map(() => []);
    this.behind = clients.length;
    for (const [at, client] of clients.entries()) {
      client.onMessage((message) => this.clientOnMessage(at, message));
    }
  }

  static async join(url: string, size: number): Promise<Crowd> {
    const clients: TestClient[] = [];
    while (clients.length < size) {
      const some = Math.min(100, size - clients.length);
      clients.push(...(await Promise.all(Array.from({ length: some }, () => TestClient.connect(url)))));
    }
    return new Crowd(clients);
  }

  /** Resolves when every client has received `each` messages in total. */
  async everybodyHas(each: number): Promise<void> {
    this.behind = this.heard.filter((mine) => mine.length < each).length;
    if (this.behind === 0) return;
    await new Promise<void>((resolve) => {
      this.waiting = { each, resolve };
    });
  }

  closed(): Promise<Closed[]> {
    return Promise.all(this.clients.map((client) => client.closed));
  }

  async leave(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close()));
  }

  private clientOnMessage(at: number, message: Envelope): void {
    const mine = this.heard[at] as Envelope[];
    mine.push(message);
    const [sentAtMs] = message.content.split(' ', 1);
    this.latenciesMs.push(performance.now() - Number(sentAtMs));
    if (this.waiting === undefined || mine.length !== this.waiting.each || --this.behind > 0) return;
    this.waiting.resolve();
    this.waiting = undefined;
  }
}

/** A message with its send time by this process's clock, `bytes` long. */
export function stamped(bytes: number): string {
  return `${performance.now()} `.padEnd(bytes, 'x');
}

/** The quantile of some values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Resident memory of a process in MB: now, or the peak since `forgetPeak` was called (proc(5)). */
export function residentMb(pid: number | undefined, which: 'now' | 'peak' = 'now'): number {
  const name = which === 'now' ? 'VmRSS' : 'VmHWM';
  const [, kb] = readFileSync(`/proc/${pid}/status`, 'utf8').match(`${name}:\\s+(\\d+)`) ?? [];
  return Number(kb) / 1024;
}

export function forgetPeak(pid: number | undefined): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** Calls `act` `times` times, evenly, at this rate per second. It is paced by the clock, not used to wait for something. */
export async function pace(times: number, perSecond: number, act: () => void): Promise<void> {
  const startMs = performance.now();
  for (let done = 0; done < times; ) {
    const due = Math.min(times, Math.ceil(((performance.now() - startMs) / 1_000) * perSecond));
    for (; done < due; done++) act();
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}
