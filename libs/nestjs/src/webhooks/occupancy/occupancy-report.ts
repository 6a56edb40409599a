import { MAX_NOTICE_BYTES, type Notice } from '@ws-hub/hub';
import type { OccupancyChange } from './own-channels.js';

/** What hubs tell one another of their channels. */
export const REPORT_TOPIC = 'occupancy';
/** What the hub that sends the webhooks asks the others. */
export const ASK_TOPIC = 'occupancy_ask';

/** What a report has besides its channels, at most. */
const FRAME_BYTES = 256;
/** Quotes and a comma. */
const BYTES_PER_NAME = 3;

/** What one hub tells of its channels: a change, a part of all there are, or only that it is there. */
export interface Report {
  readonly hub: string;
  /** How many changes it has told of, this one included. */
  readonly seq: number;
  readonly on?: readonly string[];
  readonly off?: readonly string[];
  /** Set where `on` has all channels, in one report or several that follow on one another. */
  readonly all?: { readonly isFirst: boolean; readonly isLast: boolean };
  /** It ends, and nobody hears anything there any more. */
  readonly isGone?: true;
}

export function reportNotice(report: Report): Notice {
  return { topic: REPORT_TOPIC, key: report.hub, body: JSON.stringify(report), keepMs: 0 };
}

/** Only hubs write notices, and those write nothing else. */
export function readReport({ body }: Notice): Report {
  return JSON.parse(body) as Report;
}

/** @param hub of which all is wanted; undefined for all hubs */
export function askNotice(hub: string | undefined): Notice {
  return { topic: ASK_TOPIC, key: hub ?? '', body: JSON.stringify({ hub }), keepMs: 0 };
}

/** Whether this hub is asked. */
export function isAsked({ body }: Notice, own: string): boolean {
  const { hub } = JSON.parse(body) as { hub?: string };
  return hub === undefined || hub === own;
}

/** The names in pages that fit into a notice each; one empty page for none. */
export function pagesOf(names: Iterable<string>): string[][] {
  const pages: string[][] = [[]];
  let bytes = FRAME_BYTES;
  for (const name of names) {
    bytes += name.length + BYTES_PER_NAME;
    if (bytes > MAX_NOTICE_BYTES) {
      pages.push([]);
      bytes = FRAME_BYTES + name.length + BYTES_PER_NAME;
    }
    pages.at(-1)?.push(name);
  }
  return pages;
}

/** A change in as many parts as it takes. */
export function partsOf({ on, off }: OccupancyChange): OccupancyChange[] {
  const parts = [
    ...pagesOf(on).map((page) => ({ on: page, off: [] })),
    ...pagesOf(off).map((page) => ({ on: [], off: page })),
  ];
  return parts.filter((part) => part.on.length + part.off.length > 0);
}
