import {
  JetStreamApiError,
  type JetStreamManager,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';
import { LogStartError } from '@ws-hub/hub';
import { askAgain } from './ask-again.js';
import type { SecretMarks } from './secret-marks.js';

const STREAM_NOT_FOUND = 10_059;
/** JetStream errors that a retry cannot fix: the store is full. */
export const FULL_ERRORS: ReadonlySet<number> = new Set([10_023, 10_047, 10_077]);

/** What a hub requires of a stream. */
export interface StreamPlan {
  /** The configuration for creating it. */
  readonly wanted: Partial<StreamConfig> & Pick<StreamConfig, 'name' | 'max_msgs_per_subject'>;
  /** Fields that an existing stream must match exactly, besides those that hold for all. */
  readonly exactly: readonly (keyof StreamConfig)[];
  /** A time, in nanoseconds, that may only be longer. */
  readonly atLeast: 'duplicate_window' | 'max_age';
}

/** A field that differs from its required value. */
interface Difference {
  readonly field: string;
  readonly found: unknown;
  readonly allowed: unknown;
}

/**
 * Finds or creates the stream. A stream of hubs with the previous secret gets the mark of the new one.
 *
 * @throws LogStartError with the differences if a hub cannot use it
 */
export async function ensureStream(
  manager: JetStreamManager,
  plan: StreamPlan,
  marks: SecretMarks,
): Promise<StreamInfo> {
  const { wanted } = plan;
  const found = await findStream(manager, wanted.name);
  if (found === undefined) return manager.streams.add({ ...wanted, description: marks.description });
  check(found.config, plan, marks);
  const description = marks.changed(found.config.description);
  return description === undefined ? found : manager.streams.update(wanted.name, { description });
}

/** Undefined if there is no such stream. */
export async function findStream(manager: JetStreamManager, name: string): Promise<StreamInfo | undefined> {
  try {
    return await askAgain(() => manager.streams.info(name));
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === STREAM_NOT_FOUND) return undefined;
    throw error;
  }
}

function check(found: StreamConfig, plan: StreamPlan, marks: SecretMarks): void {
  const wrong = [...differences(found, plan), ...secretDifference(found, marks)];
  if (wrong.length === 0) return;
  const list = wrong.map(
    ({ field, found, allowed }) =>
      `${field} is ${JSON.stringify(found)}, allowed: ${JSON.stringify(allowed)}`,
  );
  throw new LogStartError(`NATS_STREAM (--nats-stream): stream "${plan.wanted.name}": ${list.join('; ')}`);
}

/** Differences that make a stream unusable: it would lose, duplicate or mix up messages. */
function differences(found: StreamConfig, { wanted, exactly, atLeast }: StreamPlan): Difference[] {
  const perSubject = Math.max(-1, found.max_msgs_per_subject || -1);
  const all = [
    ...exactly.map((field) => ({ field, found: found[field] ?? false, allowed: wanted[field] ?? false })),
    { field: 'max_msgs_per_subject', found: perSubject, allowed: wanted.max_msgs_per_subject },
    { field: 'mirror', found: found.mirror ?? null, allowed: null },
    { field: 'sources', found: found.sources ?? [], allowed: [] },
  ];
  const wrong: Difference[] = all.filter(
    ({ found, allowed }) => JSON.stringify(found) !== JSON.stringify(allowed),
  );
  const [time, least] = [found[atLeast], wanted[atLeast] ?? 0];
  // An age of 0 means forever.
  if (time < least && !(atLeast === 'max_age' && time === 0))
    wrong.push({ field: atLeast, found: time, allowed: least });
  return wrong;
}

function secretDifference({ description }: StreamConfig, marks: SecretMarks): Difference[] {
  const unknown = marks.unknownIn(description);
  if (unknown === undefined) return [];
  return [{ field: 'secret of the other hubs (HUB_SECRET)', found: unknown, allowed: String(marks) }];
}

/** Identifies an incarnation of the stream: a purge keeps it, a stream that was created again has another. */
export function epochOf({ created }: StreamInfo): string {
  return created.replaceAll(/[^0-9a-zA-Z]/g, '');
}
