import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Inbox, onPath } from '@ws-hub/testing';
import { readGuide } from './guide.js';

const DRIVER = fileURLToPath(new URL('drive.py', import.meta.url));

export const python = onPath('python3');

/** What a client tells: a welcome, a message, a disconnect, or what became of something that it has said. */
export interface Told {
  readonly type: 'welcome' | 'message' | 'disconnect' | 'stored' | 'failed';
  readonly content?: string;
  readonly client_id?: string;
  readonly recovered?: boolean;
  readonly id?: string;
  readonly code?: number;
  readonly reason?: string;
}

/** The clients of docs/guides/write-a-client.md in a folder, as somebody has them who copied them from the page. */
export class PythonClients {
  private readonly folder = mkdtempSync(join(tmpdir(), 'ws-hub-python-'));
  private readonly clients: PythonClient[] = [];

  constructor() {
    for (const [name, text] of readGuide('write-a-client').files)
      writeFileSync(join(this.folder, name), text);
    copyFileSync(DRIVER, join(this.folder, 'drive.py'));
  }

  start(dialect: 'plain' | 'v1', url: string): PythonClient {
    const client = new PythonClient(
      spawn(python as string, ['drive.py', dialect, url], { cwd: this.folder }),
    );
    this.clients.push(client);
    return client;
  }

  /** Resolves when the hub has welcomed it. */
  async join(dialect: 'plain' | 'v1', url: string): Promise<PythonClient> {
    const client = this.start(dialect, url);
    await client.next('welcome');
    return client;
  }

  /** What a Python expression is where `hub` is imported and random numbers are the largest that they can be. */
  evaluate(expression: string): unknown {
    const code = `import hub, json; hub.random.uniform = max; print(json.dumps(${expression}))`;
    return JSON.parse(execFileSync(python as string, ['-c', code], { cwd: this.folder, encoding: 'utf8' }));
  }

  async end(): Promise<void> {
    await Promise.all(this.clients.splice(0).map((client) => client.kill()));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

export class PythonClient {
  private readonly told = new Inbox<Told>();
  readonly ended: Promise<void>;

  constructor(private readonly child: ChildProcess) {
    let errors = '';
    child.stderr?.on('data', (chunk) => {
      errors += chunk;
    });
    if (child.stdout) createInterface(child.stdout).on('line', (line) => this.told.push(JSON.parse(line)));
    this.ended = once(child, 'close').then(() => this.told.end(`the client has ended: ${errors}`));
  }

  say(text: string): void {
    this.child.stdin?.write(`${JSON.stringify(text)}\n`);
  }

  /** The next of this type; what comes before it is dropped. */
  next(type: Told['type']): Promise<Told> {
    return this.told.next((told) => told.type === type);
  }

  /** The next of all types. */
  async take(count: number): Promise<Told[]> {
    const taken: Told[] = [];
    while (taken.length < count) taken.push(await this.told.next());
    return taken;
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}
