import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Guard, HubEvents } from '@ws-hub/hub';
import { ApiKeys } from '../keys/api-keys.js';
import { HubLogger, type LogFields } from '../logger/hub-logger.js';
import type { KeyOfTests } from './key-lines.js';

/** API keys of a file in a folder of its own. They check the file when a test asks for it. */
export class WatchedKeys {
  readonly folder = mkdtempSync(join(tmpdir(), 'ws-hub-keys-'));
  /** The folder of the file. */
  readonly mount = join(this.folder, 'mount');
  readonly path = join(this.mount, 'keys');
  readonly events = new HubEvents();
  readonly book = new Book();
  readonly keys = new ApiKeys({ apiKeysFile: this.path }, this.book, new Guard(this.events));
  /** The ids that the listener was called with, per call. */
  readonly gone: string[][] = [];

  constructor() {
    mkdirSync(this.mount);
    this.keys.onGone = (ids) => this.gone.push([...ids]);
  }

  /** @param content undefined leaves the file unchanged */
  start(content: string | undefined): Promise<void> {
    if (content !== undefined) writeFileSync(this.path, content);
    return this.keys.onModuleInit();
  }

  /** Moves another file over the one that is read. */
  replace(content: string): void {
    writeFileSync(`${this.path}.new`, content);
    renameSync(`${this.path}.new`, this.path);
  }

  look(): Promise<void> {
    return this.keys.look();
  }

  knows({ key }: Pick<KeyOfTests, 'key'>): boolean {
    return this.keys.find(key) !== undefined;
  }

  end(): void {
    this.keys.onApplicationShutdown();
    rmSync(this.folder, { recursive: true });
  }
}

/** Collects log lines. */
class Book extends HubLogger {
  readonly isDebug = false;
  private readonly lines: LogFields[] = [];
  readonly debug = (fields: LogFields) => this.write(fields);
  readonly info = (fields: LogFields) => this.write(fields);
  readonly warn = (fields: LogFields) => this.write(fields);
  readonly error = (fields: LogFields) => this.write(fields);

  /** The lines since the last call. */
  take(): LogFields[] {
    return this.lines.splice(0);
  }

  private write(fields: LogFields): void {
    this.lines.push(fields);
  }
}
