import { type Action, ONE_SEGMENT, REST, type Right } from '@ws-hub/protocol';

const BITS: Readonly<Record<Action, number>> = { subscribe: 1, publish: 2, history: 4, presence: 8 };
const ALL_BITS = 15;

/** One segment of patterns with a common prefix. */
class Node {
  /** Actions allowed on a channel that ends here. */
  bits = 0;
  /** Actions allowed on every channel that continues from here. */
  restBits = 0;
  one: Node | undefined;
  readonly named = new Map<string, Node>();

  next(segment: string): Node {
    if (segment === ONE_SEGMENT) {
      this.one ??= new Node();
      return this.one;
    }
    const known = this.named.get(segment);
    if (known !== undefined) return known;
    const fresh = new Node();
    this.named.set(segment, fresh);
    return fresh;
  }
}

/**
 * Rights on channels: patterns as a tree of segments, so that a lookup costs in proportion to the channel's segments,
 * whatever the number of patterns. Immutable, and shared by all tokens with the same rights.
 */
export class Grants {
  private readonly root = new Node();

  /** @param rights with patterns that `isChannelPattern` accepts */
  constructor(readonly rights: readonly Right[]) {
    for (const right of rights) this.add(right);
  }

  allows(action: Action, channel: string): boolean {
    return (bitsOf(this.root, channel.split('.'), 0) & BITS[action]) !== 0;
  }

  private add({ match, allow }: Right): void {
    const bits = allow.reduce((sum, action) => sum | BITS[action], 0);
    const segments = match.split('.');
    const isOpen = segments.at(-1) === REST;
    if (isOpen) segments.pop();
    let node = this.root;
    for (const segment of segments) node = node.next(segment);
    if (isOpen) node.restBits |= bits;
    else node.bits |= bits;
  }
}

/** At most as deep as a channel name has segments (32), and at most as many steps as the tree has nodes. */
function bitsOf(node: Node, segments: readonly string[], at: number): number {
  const segment = segments[at];
  if (segment === undefined) return node.bits;
  let bits = node.restBits;
  const named = node.named.get(segment);
  if (named !== undefined) bits |= bitsOf(named, segments, at + 1);
  if (node.one !== undefined && bits !== ALL_BITS) bits |= bitsOf(node.one, segments, at + 1);
  return bits;
}

/** Maximum number of lists kept. Tokens of the same kind of user have the same rights. */
const MAX_SHARED = 1_000;

/** Compiles each list of rights once, for all tokens that have it. */
export class SharedGrants {
  /** Least recently used first. */
  private readonly compiled = new Map<string, Grants>();

  of(rights: readonly Right[]): Grants {
    const name = JSON.stringify(rights);
    const grants = this.compiled.get(name) ?? new Grants(rights);
    this.compiled.delete(name);
    this.compiled.set(name, grants);
    if (this.compiled.size > MAX_SHARED) this.forgetOldest();
    return grants;
  }

  private forgetOldest(): void {
    const [oldest = ''] = this.compiled.keys();
    this.compiled.delete(oldest);
  }
}

/** Everything is allowed. */
export const ALL_GRANTS = new Grants([
  { match: REST, allow: ['subscribe', 'publish', 'history', 'presence'] },
]);
/** Nothing is allowed. */
export const NO_GRANTS = new Grants([]);
