import { Injectable } from '@nestjs/common';
import { type Connection, Guard } from '@ws-hub/hub';
import { CLOSE } from '@ws-hub/protocol';
import { ApiKeys } from '../keys/api-keys.js';

/** The streams that were opened with API keys. A stream ends when its key is removed or its rights change. */
@Injectable()
export class KeyedStreams {
  private readonly byKey = new Map<string, Set<Connection>>();

  constructor(
    keys: ApiKeys,
    private readonly guard: Guard,
  ) {
    const others = keys.onGone;
    keys.onGone = (ids) => {
      others(ids);
      this.end(ids);
    };
  }

  /** @param keyId undefined if it was opened without a key */
  add(connection: Connection, keyId: string | undefined): void {
    if (keyId === undefined) return;
    const others = this.byKey.get(keyId);
    if (others === undefined) this.byKey.set(keyId, new Set([connection]));
    else others.add(connection);
  }

  remove(connection: Connection, keyId: string | undefined): void {
    if (keyId === undefined) return;
    const others = this.byKey.get(keyId);
    others?.delete(connection);
    if (others?.size === 0) this.byKey.delete(keyId);
  }

  private end(ids: ReadonlySet<string>): void {
    for (const id of ids)
      for (const connection of this.byKey.get(id) ?? [])
        this.guard.run('key', () =>
          connection.close(CLOSE.unauthorized, 'the API key was removed or has changed'),
        );
  }
}
