import { Audience, type Dialect, type Listener } from './audience.js';

/** All audiences: found by what they hear, and by channel. One without members takes no memory. */
export class Audiences<Member extends Listener> {
  private readonly byName = new Map<string, Audience<Member>>();
  private readonly byChannel = new Map<string, Set<Audience<Member>>>();

  /** Those that hear a channel. */
  of(channel: string): ReadonlySet<Audience<Member>> {
    return this.byChannel.get(channel) ?? NONE;
  }

  /** Makes a member of the audience with these channels. */
  join(member: Member, dialect: Dialect, channels: ReadonlySet<string>): Audience<Member> {
    const name = nameOf(dialect, channels);
    const audience = this.byName.get(name) ?? this.open(name, dialect, channels);
    audience.add(member);
    return audience;
  }

  leave(member: Member, audience: Audience<Member>): void {
    audience.remove(member);
    const name = nameOf(audience.dialect, audience.channels);
    // One that was taken out before may leave last, when another audience of that name has long begun.
    if (audience.members.length > 0 || this.byName.get(name) !== audience) return;
    this.byName.delete(name);
    for (const channel of audience.channels) this.remove(channel, audience);
  }

  private open(name: string, dialect: Dialect, channels: ReadonlySet<string>): Audience<Member> {
    const audience = new Audience<Member>(dialect, new Set(channels));
    this.byName.set(name, audience);
    for (const channel of channels) {
      const others = this.byChannel.get(channel);
      if (others === undefined) this.byChannel.set(channel, new Set([audience]));
      else others.add(audience);
    }
    return audience;
  }

  private remove(channel: string, audience: Audience<Member>): void {
    const others = this.byChannel.get(channel);
    others?.delete(audience);
    if (others?.size === 0) this.byChannel.delete(channel);
  }
}

const NONE: ReadonlySet<never> = new Set<never>();

function nameOf(dialect: Dialect, channels: ReadonlySet<string>): string {
  return `${dialect} ${[...channels].sort().join(' ')}`;
}
