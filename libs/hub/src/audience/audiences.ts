import { randomBytes } from 'node:crypto';
import type { Encoder } from '../encoding/encoder.js';
import type { MeasuredRate } from '../inspection/measured-rate.js';
import { Audience, type Listener } from './audience.js';

const ID_BYTES = 16;

/** A channel with subscribers. */
export interface Heard<Member extends Listener> {
  /** Random. The XOR of several ids names a set of channels in any order, and nobody can construct two equal names. */
  readonly id: bigint;
  readonly audiences: Set<Audience<Member>>;
  /** Messages since the channel has subscribers. */
  messages: number;
  /** The message rate; undefined until it is requested. */
  rate: MeasuredRate | undefined;
}

/** Notified when a channel gets its first subscriber and when it loses its last one. */
export interface ChannelWatch {
  channelOccupied(channel: string): void;
  channelVacated(channel: string): void;
}

/** All audiences, by name and by channel. An audience without members takes no memory. */
export class Audiences<Member extends Listener> {
  private readonly byName = new Map<Encoder, Map<bigint, Audience<Member>>>();
  private readonly byChannel = new Map<string, Heard<Member>>();

  constructor(private readonly watch?: ChannelWatch) {}

  /** The audiences of a channel. */
  of(channel: string): ReadonlySet<Audience<Member>> {
    return this.byChannel.get(channel)?.audiences ?? NONE;
  }

  /** Counts a message on a channel. @returns its audiences */
  said(channel: string): ReadonlySet<Audience<Member>> {
    const heard = this.byChannel.get(channel);
    if (heard === undefined) return NONE;
    heard.messages++;
    return heard.audiences;
  }

  /** The channels with subscribers. Channels that are added during the walk come at its end. */
  all(): MapIterator<[string, Heard<Member>]> {
    return this.byChannel.entries();
  }

  get channelCount(): number {
    return this.byChannel.size;
  }

  /** Adds the member to the audience with these channels. */
  join(member: Member, encoder: Encoder, channels: ReadonlySet<string>): Audience<Member> {
    const name = this.nameOf(channels);
    const audience = this.named(encoder).get(name) ?? this.open(name, encoder, channels);
    audience.add(member);
    return audience;
  }

  /**
   * Adds or removes channels of a member; what waits for it must have been sent before. A member that is alone in its
   * audience takes the audience along, so that a change costs no more than what it changes.
   *
   * @param changed channels that it does not have yet if `hears`, otherwise channels that it has
   */
  change(
    member: Member,
    audience: Audience<Member>,
    changed: readonly string[],
    hears: boolean,
  ): Audience<Member> {
    const name = audience.name ^ this.nameOf(changed);
    const other = this.named(audience.encoder).get(name);
    const isAlone = audience.members.length === 1 && audience.members[0] === member;
    if (other === undefined && isAlone && audience.batch.isEmpty) {
      this.rename(audience, name);
      for (const channel of changed) this.set(audience, channel, hears);
      return audience;
    }
    const next = other ?? this.open(name, audience.encoder, changedSet(audience.channels, changed, hears));
    this.leave(member, audience);
    next.add(member);
    return next;
  }

  leave(member: Member, audience: Audience<Member>): void {
    audience.remove(member);
    // A detached audience may lose its last member when another audience of that name exists already.
    if (audience.members.length > 0 || this.named(audience.encoder).get(audience.name) !== audience) return;
    this.named(audience.encoder).delete(audience.name);
    for (const channel of [...audience.channels]) this.set(audience, channel, false);
  }

  private rename(audience: Audience<Member>, name: bigint): void {
    this.named(audience.encoder).delete(audience.name);
    audience.name = name;
    this.named(audience.encoder).set(name, audience);
  }

  private open(name: bigint, encoder: Encoder, channels: ReadonlySet<string>): Audience<Member> {
    const audience = new Audience<Member>(encoder, name);
    this.named(encoder).set(name, audience);
    for (const channel of channels) this.set(audience, channel, true);
    return audience;
  }

  private set(audience: Audience<Member>, channel: string, hears: boolean): void {
    const heard = this.heard(channel);
    if (hears) {
      audience.channels.add(channel);
      heard.audiences.add(audience);
      if (heard.audiences.size === 1) this.watch?.channelOccupied(channel);
      return;
    }
    audience.channels.delete(channel);
    heard.audiences.delete(audience);
    if (heard.audiences.size > 0) return;
    this.byChannel.delete(channel);
    this.watch?.channelVacated(channel);
  }

  private named(encoder: Encoder): Map<bigint, Audience<Member>> {
    const known = this.byName.get(encoder);
    if (known !== undefined) return known;
    const fresh = new Map<bigint, Audience<Member>>();
    this.byName.set(encoder, fresh);
    return fresh;
  }

  private nameOf(channels: Iterable<string>): bigint {
    let name = 0n;
    for (const channel of channels) name ^= this.heard(channel).id;
    return name;
  }

  private heard(channel: string): Heard<Member> {
    const known = this.byChannel.get(channel);
    if (known !== undefined) return known;
    const fresh = { id: randomId(), audiences: new Set<Audience<Member>>(), messages: 0, rate: undefined };
    this.byChannel.set(channel, fresh);
    return fresh;
  }
}

const NONE: ReadonlySet<never> = new Set<never>();

function randomId(): bigint {
  return BigInt(`0x${randomBytes(ID_BYTES).toString('hex')}`);
}

function changedSet(
  channels: ReadonlySet<string>,
  changed: readonly string[],
  hears: boolean,
): ReadonlySet<string> {
  const set = new Set(channels);
  for (const channel of changed) {
    if (hears) set.add(channel);
    else set.delete(channel);
  }
  return set;
}
