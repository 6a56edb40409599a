import { createHmac } from 'node:crypto';
import {
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { KEY_LIFE_MS, LogStartError } from '@ws-hub/hub';
import { askAgain } from './ask-again.js';
import type { JetStreamOptions } from './options.js';

const STREAM_NOT_FOUND = 10_059;
const SECRET_MARK = /secret ([0-9a-f]{16})/;

/** What a hub wants of its stream. */
type Wanted = Pick<
  StreamConfig,
  | 'name'
  | 'description'
  | 'subjects'
  | 'retention'
  | 'discard'
  | 'storage'
  | 'num_replicas'
  | 'max_msgs'
  | 'max_bytes'
  | 'max_age'
  | 'max_msgs_per_subject'
  | 'duplicate_window'
>;

/** One thing that is other than it has to be. */
interface Difference {
  readonly field: string;
  readonly found: unknown;
  readonly allowed: unknown;
}

export function wantedStream(config: JetStreamOptions): Wanted {
  return {
    name: config.natsStream,
    description: `ws-hub, secret ${fingerprint(config.hubSecret)}`,
    subjects: [`${config.natsSubjectPrefix}.>`],
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    storage: StorageType.File,
    num_replicas: config.natsReplicas,
    max_msgs: config.logMaxMessages,
    max_bytes: config.logMaxBytes,
    max_age: nanos(config.logMaxAgeMs),
    max_msgs_per_subject: -1,
    duplicate_window: nanos(KEY_LIFE_MS),
  };
}

/**
 * The stream as it is, made if there is none.
 *
 * @throws LogStartError with the difference if it is not one that a hub can use
 */
export async function ensureStream(manager: JetStreamManager, config: JetStreamOptions): Promise<StreamInfo> {
  const wanted = wantedStream(config);
  const found = await findStream(manager, config.natsStream);
  if (found === undefined) return manager.streams.add(wanted);
  const wrong = differences(found.config, wanted);
  if (wrong.length === 0) return found;
  const list = wrong.map(
    ({ field, found, allowed }) =>
      `${field} is ${JSON.stringify(found)}, allowed: ${JSON.stringify(allowed)}`,
  );
  throw new LogStartError(`NATS_STREAM (--nats-stream): stream "${config.natsStream}": ${list.join('; ')}`);
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

/** What rules a stream out: it would lose, double or mix up messages. */
function differences(found: StreamConfig, wanted: Wanted): Difference[] {
  const mark = SECRET_MARK.exec(found.description ?? '')?.[1];
  const own = SECRET_MARK.exec(wanted.description ?? '')?.[1];
  const all = [
    { field: 'subjects', found: found.subjects, allowed: wanted.subjects },
    { field: 'retention', found: found.retention, allowed: wanted.retention },
    { field: 'discard', found: found.discard, allowed: wanted.discard },
    { field: 'max_msgs_per_subject', found: Math.max(-1, found.max_msgs_per_subject || -1), allowed: -1 },
    { field: 'mirror', found: found.mirror ?? null, allowed: null },
    { field: 'sources', found: found.sources ?? [], allowed: [] },
    { field: 'secret of the other hubs (HUB_SECRET)', found: mark ?? own, allowed: own },
  ];
  const wrong = all.filter(({ found, allowed }) => JSON.stringify(found) !== JSON.stringify(allowed));
  const window = found.duplicate_window;
  if (window < wanted.duplicate_window)
    wrong.push({ field: 'duplicate_window', found: window, allowed: wanted.duplicate_window });
  return wrong;
}

/** Limits that are others than configured: they work, but are not what the operator of this hub expects. */
export function otherLimits(found: StreamConfig, config: JetStreamOptions): Record<string, unknown> {
  const wanted = wantedStream(config);
  const names = ['max_msgs', 'max_bytes', 'max_age', 'num_replicas', 'storage'] as const;
  const others = names.filter((name) => found[name] !== wanted[name]);
  return Object.fromEntries(others.map((name) => [name, found[name]]));
}

/** Names a run of the stream: a purge keeps it, a stream that was made again has another. */
export function epochOf({ created }: StreamInfo): string {
  return created.replaceAll(/[^0-9a-zA-Z]/g, '');
}

/** Tells hubs with the same secret, and nothing of the secret. */
function fingerprint(secret: string): string {
  return createHmac('sha256', secret).update('ws-hub').digest('hex').slice(0, 16);
}
