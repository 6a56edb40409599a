import { randomBytes } from 'node:crypto';
import type { Encoder } from '../encoding/encoder.js';
import type { MeasuredRate } from '../inspection/measured-rate.js';
import { Audience, type Listener } from './audience.js';

const ID_BYTES = 16;

/** A channel that somebody hears. */
export interface Heard<Member extends Listener> {
  /** Random: the exclusive or of them names a set of channels, whatever their order, and nobody can make two alike. */
  readonly id: bigint;
  readonly audiences: Set<Audience<Member>>;
  /** Said on it since somebody hears it. */
  messages: number;
  /** How often something is said on it; there once somebody has asked. */
  rate: MeasuredRate | undefined;
}

/** Told when a channel is heard by somebody, and by nobody any more. */
export interface ChannelWatch {
  channelOccupied(channel: string): void;
  channelVacated(channel: string): void;
}

/** All audiences: found by what they hear, and by channel. One without members takes no memory. */
export class Audiences<Member extends Listener> {
  private readonly byName = new Map<Encoder, Map<bigint, Audience<Member>>>();
  private readonly byChannel = new Map<string, Heard<Member>>();

  constructor(private readonly watch?: ChannelWatch) {}

  /** Those that hear a channel. */
  of(channel: string): ReadonlySet<Audience<Member>> {
    return this.byChannel.get(channel)?.audiences ?? NONE;
  }

  /** Counts a message on a channel. @returns those that hear it */
  said(channel: string): ReadonlySet<Audience<Member>> {
    const heard = this.byChannel.get(channel);
    if (heard === undefined) return NONE;
    heard.messages++;
    return heard.audiences;
  }

  /** The channels that somebody hears. What comes while they are walked stands at the end. */
  all(): MapIterator<[string, Heard<Member>]> {
    return this.byChannel.entries();
  }

  get channelCount(): number {
    return this.byChannel.size;
  }

  /** Makes a member of the audience with these channels. */
  join(member: Member, encoder: Encoder, channels: ReadonlySet<string>): Audience<Member> {
    const name = this.nameOf(channels);
    const audience = this.named(encoder).get(name) ?? this.open(name, encoder, channels);
    audience.add(member);
    return audience;
  }

  /**
   * Lets a member hear more channels, or fewer; what waits for it must have been sent. One that is alone in its audience
   * takes the audience along, so that a change costs no more than what it changes.
   *
   * @param changed channels of which it hears none so far if `hears`, else all
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
    // One that was taken out before may leave last, when another audience of that name has long begun.
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
