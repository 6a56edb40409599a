/** So long the same key means the same message (PROTOCOL.md, "Keys"). */
export const KEY_LIFE_MS = 120_000;

interface Known {
  readonly sequence: number;
  readonly atMs: number;
}

/** Which messages were stored under which keys, in the order in which they came. */
export class Keys {
  private readonly known = new Map<string, Known>();

  /** @param max how many keys are remembered at most */
  constructor(private readonly max: number) {}

  get size(): number {
    return this.known.size;
  }

  /** Whether a new key can be remembered at this monotonic time. */
  hasRoom(nowMs: number): boolean {
    this.forgetOld(nowMs);
    return this.known.size < this.max;
  }

  /** The sequence that was stored under this key of this sender, if it is not too long ago. */
  find(clientId: string, key: string, nowMs: number): number | undefined {
    const found = this.known.get(nameOf(clientId, key));
    return found !== undefined && nowMs - found.atMs < KEY_LIFE_MS ? found.sequence : undefined;
  }

  add(clientId: string, key: string, sequence: number, nowMs: number): void {
    const name = nameOf(clientId, key);
    // Anew at the end, or an old one that came back would hold up the forgetting of all behind it.
    this.known.delete(name);
    this.known.set(name, { sequence, atMs: nowMs });
  }

  forgetOld(nowMs: number): void {
    for (const [name, { atMs }] of this.known) {
      if (nowMs - atMs < KEY_LIFE_MS) return;
      this.known.delete(name);
    }
  }
}

/** Neither part can have a space, so no two pairs have one name. */
function nameOf(clientId: string, key: string): string {
  return `${clientId} ${key}`;
}
