import { timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { HTTP_OPTIONS, type HttpOptions } from '../http/http-options.js';
import { type ApiKey, hashOf, keyIdOf } from './api-key.js';
import { readKeyFile } from './api-key-file.js';

/** The API keys of this hub. */
@Injectable()
export class ApiKeys {
  private byId: ReadonlyMap<string, ApiKey>;
  /** Told of keys that count no more, by their ids. */
  onGone: (ids: ReadonlySet<string>) => void = () => undefined;

  /** @throws Error if the file cannot be read */
  constructor(@Inject(HTTP_OPTIONS) { apiKeysFile }: Pick<HttpOptions, 'apiKeysFile'>) {
    const keys = apiKeysFile === '' ? [] : readKeyFile(apiKeysFile);
    this.byId = new Map(keys.map((key) => [key.id, key]));
  }

  /** In constant time for keys of the same id: what a wrong one has in common with a right one does not show. */
  find(key: string): ApiKey | undefined {
    const found = this.byId.get(keyIdOf(key) ?? '');
    return found !== undefined && timingSafeEqual(hashOf(key), found.sha256) ? found : undefined;
  }
}
