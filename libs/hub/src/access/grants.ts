import { type Action, ONE_SEGMENT, REST, type Right } from '@ws-hub/protocol';

const BITS: Readonly<Record<Action, number>> = { subscribe: 1, publish: 2, history: 4, presence: 8 };
const ALL_BITS = 15;

/** One segment of the patterns that begin alike. */
class Node {
  /** What a channel that ends here is allowed. */
  bits = 0;
  /** What every channel is allowed that goes on from here. */
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
 * What somebody may do on which channels: patterns as a tree of segments, so that a look costs in proportion to the
 * channel's segments, whatever the number of patterns. Immutable, and shared by all whose tokens say the same.
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

/** No deeper than a channel name has segments (32), nor more steps than the tree has nodes. */
function bitsOf(node: Node, segments: readonly string[], at: number): number {
  const segment = segments[at];
  if (segment === undefined) return node.bits;
  let bits = node.restBits;
  const named = node.named.get(segment);
  if (named !== undefined) bits |= bitsOf(named, segments, at + 1);
  if (node.one !== undefined && bits !== ALL_BITS) bits |= bitsOf(node.one, segments, at + 1);
  return bits;
}

/** So many lists are kept; tokens of one kind of user say the same. */
const MAX_SHARED = 1_000;

/** Compiles each list of rights once, for all whose tokens have the same. */
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
/** Nothing is. */
export const NO_GRANTS = new Grants([]);
