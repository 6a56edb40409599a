import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Inbox } from '@ws-hub/testing';

const BUILT = new URL('../../dist/attacks/test/attacks/', import.meta.url);

/** The hub has one core; its clients share another. */
export const HUB_CORE = 0;
export const CLIENTS_CORE = 1;

/** Pins all threads of a process to a core, if there are several and taskset is available. */
export function pin(pid: number | undefined, core: number): void {
  if (availableParallelism() > 1) spawnSync('taskset', ['-a', '-c', '-p', `${core}`, `${pid}`]);
}

/** A program of this folder in a process of its own, with which a test exchanges messages. */
export class Child {
  private readonly answers = new Inbox<unknown>();

  private constructor(readonly process: ChildProcess) {
    process.on('message', (answer) => this.answers.push(answer));
    process.on('exit', (code, signal) => this.answers.end(`a child ended with ${code ?? signal}`));
  }

  static start(name: 'attacker' | 'healthy-pair'): Child {
    return new Child(fork(fileURLToPath(new URL(`${name}.js`, BUILT)), { execArgv: [] }));
  }

  /** Sends it an order. @returns its next message @throws Error if it ends first */
  ask<T>(order: unknown): Promise<T> {
    this.process.send(order as object);
    return this.answers.next() as Promise<T>;
  }

  async kill(): Promise<void> {
    const { process } = this;
    if (process.exitCode !== null || process.signalCode !== null) return;
    const exited = once(process, 'exit');
    process.kill('SIGKILL');
    await exited;
  }
}
