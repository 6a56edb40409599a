import { timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Guard } from '@ws-hub/hub';
import { HTTP_OPTIONS, type HttpOptions } from '../http/http-options.js';
import { HubLogger } from '../logger/hub-logger.js';
import { type ApiKey, hashOf, keyIdOf } from './api-key.js';
import { type KeyLine, parseKeys, readKeyText } from './api-key-file.js';
import { type FileState, fileState } from './file-state.js';
import { changesBetween, type KeyChanges, keptAmong } from './key-changes.js';

/** Polled, because file systems on other machines send no change notifications. */
const LOOK_EVERY_MS = 2_000;
/** Maximum number of keys named in one log line. */
const MAX_NAMED = 20;

/** The API keys of this hub: the current content of their file, or the last one that could be read. */
@Injectable()
export class ApiKeys implements OnModuleInit, OnApplicationShutdown {
  private byId: ReadonlyMap<string, KeyLine> = new Map();
  private readonly path: string;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  /** The state of the file whose content has been evaluated. */
  private judged = '';
  private inode = '';
  private empty = '';
  /** The logged reason why the file cannot be used at present. */
  private fault: string | undefined;
  /** Called with the ids of keys that are gone or have changed. */
  onGone: (ids: ReadonlySet<string>) => void = () => undefined;

  constructor(
    @Inject(HTTP_OPTIONS) { apiKeysFile }: Pick<HttpOptions, 'apiKeysFile'>,
    private readonly logger: HubLogger,
    private readonly guard: Guard,
  ) {
    this.path = apiKeysFile;
  }

  /** @throws ApiKeyFileError if the file cannot be used */
  async onModuleInit(): Promise<void> {
    if (this.path === '') return;
    await this.read(await fileState(this.path));
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Compares hashes in constant time, so a wrong key with a known id does not reveal how close it is. */
  find(key: string): ApiKey | undefined {
    const found = this.byId.get(keyIdOf(key) ?? '');
    return found !== undefined && timingSafeEqual(hashOf(key), found.sha256) ? found : undefined;
  }

  /** The same object for as long as the key does not change. */
  ofId(id: string): ApiKey | undefined {
    return this.byId.get(id);
  }

  /** Reads the file if it has changed. Also resolves if the file cannot be used: then the previous keys stay in force. */
  look(): Promise<void> {
    // A file system that does not respond is asked only once at a time.
    this.looking ??= this.lookOnce().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  private async lookOnce(): Promise<void> {
    const state = await fileState(this.path);
    const mayFill = this.mayFill(state);
    if (state.mark === this.judged || mayFill) return;
    try {
      await this.read(state);
    } catch (error) {
      this.reject((error as Error).message);
    }
  }

  /** A file that is rewritten in place is empty for a moment. It counts as empty only if it still is at the next look. */
  private mayFill({ mark, inode, isEmpty }: FileState): boolean {
    const mayFill = isEmpty && inode === this.inode && mark !== this.empty;
    this.empty = isEmpty ? mark : '';
    return mayFill;
  }

  /** @param state the file's state before reading: later writes produce another state */
  private async read({ mark, inode }: FileState): Promise<void> {
    // A read error is retried, for example after a lack of descriptors. A file that was read is not, whatever its
    // content.
    this.judged = '';
    const text = await readKeyText(this.path);
    this.judged = mark;
    this.inode = inode;
    this.take(await parseKeys(text, this.path));
  }

  private take(keys: readonly KeyLine[]): void {
    const former = this.byId;
    this.byId = keptAmong(former, keys);
    const changes = changesBetween(former, this.byId);
    const gone = new Set([...changes.removed, ...changes.changed].map(({ id }) => id));
    if (this.fault !== undefined || gone.size + changes.added.length > 0) this.tell(changes);
    this.fault = undefined;
    if (gone.size > 0) this.guard.run('api keys', () => this.onGone(gone));
  }

  private tell({ added, removed, changed }: KeyChanges): void {
    const names = { added: named(added), removed: named(removed), changed: named(changed) };
    this.logger.info({ event: 'api_keys_loaded', keys: this.byId.size, ...names }, 'API keys loaded');
  }

  private reject(message: string): void {
    if (message === this.fault) return;
    this.fault = message;
    this.logger.error(
      { event: 'api_keys_rejected', message, keys: this.byId.size },
      'the API key file cannot be used: the previous keys stay in force',
    );
  }
}

/** Undefined if there are none. */
function named(keys: readonly KeyLine[]): string[] | undefined {
  if (keys.length === 0) return undefined;
  const names = keys.slice(0, MAX_NAMED).map(({ name, id }) => `${name} ${id}`);
  return keys.length > MAX_NAMED ? [...names, `${keys.length - MAX_NAMED} more`] : names;
}
