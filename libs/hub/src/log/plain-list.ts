import type { Entry } from './message-log.js';
import type { RetentionLimits } from './options.js';
import { bytesOf } from './size.js';

/** A simple model of a fair ring: a list that is searched each time. */
export class List {
  head = 0;
  private kept: { readonly entry: Entry; readonly atMs: number }[] = [];
  private readonly dropped: Entry[] = [];
  /** When each author published last. */
  private readonly spoke = new Map<string, number>();

  constructor(private readonly limits: RetentionLimits) {}

  get size(): number {
    return this.kept.length;
  }

  get bytes(): number {
    return this.entries.reduce((total, each) => total + bytesOf(each), 0);
  }

  add(newest: Entry, atMs: number): void {
    this.head = newest.position;
    this.spoke.set(newest.clientId, newest.position);
    this.kept.push({ entry: newest, atMs });
    while (this.size > this.limits.logMaxMessages) this.dropFrom(() => 1);
    while (this.bytes > this.limits.logMaxBytes) this.dropFrom(bytesOf);
    this.dropOld(atMs);
  }

  read(after: number, max: number): Entry[] {
    return this.entries.filter(({ position }) => position > after).slice(0, max);
  }

  has(after: number, channels: ReadonlySet<string>, author?: string): boolean {
    return !this.dropped.some(
      ({ position, channel, clientId, key }) =>
        position > after && (channels.has(channel) || (key !== undefined && clientId === author)),
    );
  }

  dropOld(nowMs: number): void {
    for (const { entry: old, atMs } of this.kept)
      if (nowMs - atMs > this.limits.logMaxAgeMs) this.dropped.push(old);
    this.kept = this.kept.filter(({ atMs }) => nowMs - atMs <= this.limits.logMaxAgeMs);
  }

  private get entries(): Entry[] {
    return this.kept.map((each) => each.entry);
  }

  private dropFrom(sizeOf: (entry: Entry) => number): void {
    const victim = this.victim((entries) => entries.reduce((total, each) => total + sizeOf(each), 0));
    if (victim === undefined) return;
    this.dropped.push(victim);
    this.kept = this.kept.filter((each) => each.entry !== victim);
  }

  private victim(sizeOf: (entries: readonly Entry[]) => number): Entry | undefined {
    const channel = this.largestOf(this.entries, sizeOf);
    const authors = [...groups(this.entries, (each) => each.clientId).entries()]
      .filter(([, own]) => groups(own, (each) => each.channel).size > 1)
      .sort(([one], [other]) => (this.spoke.get(one) ?? 0) - (this.spoke.get(other) ?? 0))
      .map(([, own]) => own);
    const author = largest(authors, sizeOf);
    const isAuthors = author.length > 0 && sizeOf(author) >= sizeOf(channel);
    return (isAuthors ? this.largestOf(author, sizeOf) : channel)[0];
  }

  /** All entries of the largest channel. */
  private largestOf(entries: readonly Entry[], sizeOf: (entries: readonly Entry[]) => number): Entry[] {
    return largest([...groups(entries, (each) => each.channel).values()], sizeOf);
  }
}

/** In the order of their first, oldest entries. */
function groups(entries: readonly Entry[], nameOf: (entry: Entry) => string): Map<string, Entry[]> {
  const all = new Map<string, Entry[]>();
  for (const each of entries) all.set(nameOf(each), [...(all.get(nameOf(each)) ?? []), each]);
  return all;
}

/** The first among equals. */
function largest(all: readonly Entry[][], sizeOf: (entries: readonly Entry[]) => number): Entry[] {
  return all.reduce((most, each) => (sizeOf(each) > sizeOf(most) ? each : most), []);
}
