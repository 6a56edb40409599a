import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './free-port.js';
import { onPath } from './on-path.js';

const NAME = 'nats-server';
const READY = /Server is ready/;

/** A real NATS server with JetStream, on a free port and with a store of its own. */
export class NatsServer {
  private process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly folder: string,
    /** JetStream settings besides the store, and server settings. */
    private readonly jetstream: string,
    private readonly server: string,
  ) {}

  /** Whether nats-server is available. */
  static get isInstalled(): boolean {
    return onPath(NAME) !== undefined;
  }

  static async start(jetstream = '', settings = ''): Promise<NatsServer> {
    const server = await NatsServer.prepare(jetstream, settings);
    await server.run();
    return server;
  }

  /**
   * A server that is not started yet. @param jetstream JetStream settings besides the store @param settings other
   * settings
   */
  static async prepare(jetstream = '', settings = ''): Promise<NatsServer> {
    const folder = mkdtempSync(join(tmpdir(), 'ws-hub-nats-'));
    return new NatsServer(await freePort(), folder, jetstream, settings);
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** Starts it, with what it has stored before; resolves when it is ready. */
  async run(): Promise<void> {
    const file = join(this.folder, 'nats.conf');
    const store = JSON.stringify(join(this.folder, 'store'));
    writeFileSync(
      file,
      `listen: 127.0.0.1:${this.port}\njetstream { store_dir: ${store}\n${this.jetstream}\n}\n${this.server}\n`,
    );
    const child = spawn(NAME, ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.process = child;
    for await (const line of createInterface(child.stderr)) if (READY.test(line)) break;
    child.stderr.resume();
    await this.answers();
  }

  /** kill -9. */
  async kill(): Promise<void> {
    const { process: child } = this;
    this.process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** Makes a copy of its store. Call it while the server is killed. */
  saveStore(): void {
    cpSync(join(this.folder, 'store'), join(this.folder, 'saved'), { recursive: true });
  }

  /** Restores the copy of its store. Call it while the server is killed. */
  restoreStore(): void {
    rmSync(join(this.folder, 'store'), { recursive: true });
    cpSync(join(this.folder, 'saved'), join(this.folder, 'store'), { recursive: true });
  }

  /** Ends it and deletes its store. */
  async end(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async answers(): Promise<void> {
    const socket = connect(this.port, '127.0.0.1');
    await once(socket, 'data');
    socket.destroy();
  }
}
