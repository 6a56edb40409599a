import { MAX_NOTICE_BYTES, type Notice } from '@ws-hub/hub';
import type { OccupancyChange } from './own-channels.js';

/** The topic of the reports that hubs exchange about their channels. */
export const REPORT_TOPIC = 'occupancy';
/** The topic on which the hub that sends the webhooks requests reports. */
export const ASK_TOPIC = 'occupancy_ask';

/** The maximum size of a report without its channels. */
const FRAME_BYTES = 256;
/** Quotes and a comma. */
const BYTES_PER_NAME = 3;

/** A hub's report about its channels: a change, a part of the full list, or only a sign of life. */
export interface Report {
  readonly hub: string;
  /** The number of changes that it has reported, including this one. */
  readonly seq: number;
  readonly on?: readonly string[];
  readonly off?: readonly string[];
  /** Set if `on` is part of the full list, in one report or several in a row. */
  readonly all?: { readonly isFirst: boolean; readonly isLast: boolean };
  /** The hub is shutting down and no longer has subscribers. */
  readonly isGone?: true;
}

export function reportNotice(report: Report): Notice {
  return { topic: REPORT_TOPIC, key: report.hub, body: JSON.stringify(report), keepMs: 0 };
}

/** Only hubs write notices, and they write nothing else. */
export function readReport({ body }: Notice): Report {
  return JSON.parse(body) as Report;
}

/** @param hub whose full list is requested; undefined for all hubs */
export function askNotice(hub: string | undefined): Notice {
  return { topic: ASK_TOPIC, key: hub ?? '', body: JSON.stringify({ hub }), keepMs: 0 };
}

/** Whether the request is for this hub. */
export function isAsked({ body }: Notice, own: string): boolean {
  const { hub } = JSON.parse(body) as { hub?: string };
  return hub === undefined || hub === own;
}

/** Splits names into pages that each fit into a notice; one empty page if there are none. */
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

/** Splits a change into as many reports as it needs. */
export function partsOf({ on, off }: OccupancyChange): OccupancyChange[] {
  const parts = [
    ...pagesOf(on).map((page) => ({ on: page, off: [] })),
    ...pagesOf(off).map((page) => ({ on: [], off: page })),
  ];
  return parts.filter((part) => part.on.length + part.off.length > 0);
}
