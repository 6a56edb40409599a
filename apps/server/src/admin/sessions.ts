import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '@ws-hub/hub';

const ID_BYTES = 32;
const LIFE_MS = 12 * 60 * 60 * 1_000;
const MAX_SESSIONS = 64;

/**
 * Signed-in sessions. A session has a random id, of which only a hash is kept: reading the memory of the hub does not
 * help to sign in, and the timing of a lookup reveals nothing about ids with the same prefix.
 */
export class Sessions {
  /** When each ends, by the hash of its id; oldest first. */
  private readonly ends = new Map<string, number>();

  constructor(private readonly clock: Pick<Clock, 'monotonicMs'>) {}

  /** Seconds that a session lives. */
  readonly lifeS = LIFE_MS / 1_000;

  /** @returns the id of a new one; beyond 64 the oldest ends */
  begin(): string {
    const [oldest] = this.ends.keys();
    if (this.ends.size >= MAX_SESSIONS && oldest !== undefined) this.ends.delete(oldest);
    const id = randomBytes(ID_BYTES).toString('base64url');
    this.ends.set(hashOf(id), this.clock.monotonicMs() + LIFE_MS);
    return id;
  }

  /** @returns a name of the session for limits, or undefined if there is none with this id */
  find(id: string | undefined): string | undefined {
    if (id === undefined) return undefined;
    const hash = hashOf(id);
    const endMs = this.ends.get(hash);
    if (endMs === undefined || endMs > this.clock.monotonicMs())
      return endMs === undefined ? undefined : hash;
    this.ends.delete(hash);
    return undefined;
  }

  end(id: string | undefined): void {
    if (id !== undefined) this.ends.delete(hashOf(id));
  }
}

function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}
