import { DiscardPolicy, RetentionPolicy, StorageType, type StreamConfig } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { KEY_LIFE_MS } from '@ws-hub/hub';
import type { JetStreamOptions } from './options.js';
import type { StreamPlan } from './stream.js';

/** The stream that is the log. When it is full, the oldest message is dropped. */
export function logStream(config: JetStreamOptions): StreamPlan {
  return {
    wanted: {
      name: config.natsStream,
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
    },
    exactly: ['subjects', 'retention', 'discard'],
    atLeast: 'duplicate_window',
  };
}

/** Limits that differ from the configuration: they work, but the operator of this hub does not expect them. */
export function otherLimits(found: StreamConfig, config: JetStreamOptions): Record<string, unknown> {
  const { wanted } = logStream(config);
  const names = ['max_msgs', 'max_bytes', 'max_age', 'num_replicas', 'storage'] as const;
  const others = names.filter((name) => found[name] !== wanted[name]);
  return Object.fromEntries(others.map((name) => [name, found[name]]));
}
