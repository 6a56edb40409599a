import type { ClientFate } from '@ws-hub/console-api';
import { type Entry, FATES, Fates, MAX_NOTICE_BYTES, type Recorder, type ToldFate } from '@ws-hub/hub';
import { z } from 'zod';
import type { Walks } from './walks.js';

/** `wasAway`: it says nothing where its client had another connection. */
type Row = ClientFate & { readonly wasAway?: boolean | undefined };

/** One hub's records of a message. */
export interface HubFates {
  readonly hub: string;
  readonly total: number;
  readonly rows: readonly Row[];
  readonly notes: readonly string[];
}

const row: z.ZodType<Row> = z.object({
  hub: z.string(),
  clientId: z.string(),
  user: z.string().optional(),
  address: z.string(),
  dialect: z.string(),
  fate: z.enum(FATES),
  reason: z.string(),
  at: z.number().optional(),
  isConnected: z.boolean(),
  wasAway: z.boolean().optional(),
});
const hubFates: z.ZodType<HubFates> = z.object({
  hub: z.string(),
  total: z.number(),
  rows: z.array(row),
  notes: z.array(z.string()),
});

/** The answer of another hub; undefined if its version answers in another form. */
export function readHubFates(text: string): HubFates | undefined {
  return hubFates.safeParse(JSON.parse(text)).data;
}

/** Walks over what was recorded, in slices. @throws ConsoleError 503 if too many walks wait */
export async function fatesOf(
  recorder: Recorder,
  entry: Entry,
  clientId: string | undefined,
  hub: string,
  walks: Walks,
): Promise<HubFates> {
  const fates = new Fates(recorder, { ...entry, hasKey: entry.key !== undefined }, clientId);
  const records = recorder.of(clientId);
  await walks.over(
    records,
    () => recorder.size,
    (recorded) => fates.add(recorded),
  );
  const rows = fates.told().map((told) => rowOf(told, hub, recorder));
  return { hub, total: fates.total, rows, notes: notesOf(recorder, hub, clientId) };
}

/** An answer that fits into a notice, with as many rows as possible. */
export function fitting(told: HubFates): string {
  let { rows } = told;
  for (;;) {
    const text = JSON.stringify({ ...told, rows });
    if (Buffer.byteLength(text) <= MAX_NOTICE_BYTES || rows.length === 0) return text;
    rows = rows.slice(0, Math.floor(rows.length * 0.8));
  }
}

/** The rows of all hubs, worst first; of a client that was there, only what is about its being there. */
export function merged(all: readonly HubFates[]): { clients: ClientFate[]; total: number } {
  const rows = all.flatMap((told) => told.rows);
  const present = new Set(rows.filter(({ wasAway }) => !wasAway).map(({ clientId }) => clientId));
  const kept = rows.filter(({ wasAway, clientId }) => !(wasAway && present.has(clientId)));
  const clients = kept.map(({ wasAway: _, ...row }) => row);
  clients.sort((a, b) => FATES.indexOf(a.fate) - FATES.indexOf(b.fate));
  let total = clients.length - rows.length;
  for (const told of all) total += told.total;
  return { clients, total };
}

function rowOf({ recorded, verdict }: ToldFate, hub: string, recorder: Recorder): Row {
  const { clientId, user, address, dialect } = recorded.timeline.who;
  const { fate, atMs, wasAway } = verdict;
  return {
    hub,
    clientId,
    user,
    address,
    dialect,
    fate,
    reason: verdict.say(),
    at: atMs === undefined ? undefined : recorder.unixMs(atMs),
    isConnected: recorded.timeline.end === undefined,
    wasAway,
  };
}

function notesOf(recorder: Recorder, hub: string, clientId: string | undefined): string[] {
  const notes = [`hub ${hub} has recorded connections since ${recorder.time(recorder.sinceMs)}`];
  const { forgotten, unrecorded, hasLostPlace } = recorder;
  if (hasLostPlace)
    notes.push(`hub ${hub} forgot everything before that, because the log had lost its place`);
  if (forgotten > 0) notes.push(`hub ${hub} has forgotten ${forgotten} ended connections, the oldest first`);
  if (unrecorded > 0)
    notes.push(`hub ${hub} did not record ${unrecorded} connections: EXPLAIN_MAX_BYTES is used up`);
  if (clientId !== undefined && recorder.misses(clientId))
    notes.push(`${clientId} has a connection to hub ${hub} that was not recorded`);
  return notes;
}
