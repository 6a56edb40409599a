import { DiscardPolicy, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { MAX_NOTICE_KEEP_MS, MAX_NOTICES } from '@ws-hub/hub';
import type { JetStreamOptions } from '../options.js';
import type { StreamPlan } from '../stream.js';
import { keptPrefix } from './notice-messages.js';

type Settings = Pick<JetStreamOptions, 'natsStream' | 'natsSubjectPrefix' | 'natsReplicas'>;

/** The stream of kept notices, one per topic and key. When it is full, a further one is rejected. */
export function noticeStream({ natsStream, natsSubjectPrefix, natsReplicas }: Settings): StreamPlan {
  return {
    wanted: {
      name: `${natsStream}-notices`,
      subjects: [`${keptPrefix(natsSubjectPrefix)}>`],
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.New,
      // If true, JetStream would reject the newer of two messages with the same subject.
      discard_new_per_subject: false,
      storage: StorageType.File,
      num_replicas: natsReplicas,
      max_msgs: MAX_NOTICES,
      max_age: nanos(MAX_NOTICE_KEEP_MS),
      max_msgs_per_subject: 1,
    },
    exactly: ['subjects', 'retention', 'discard', 'discard_new_per_subject', 'storage'],
    atLeast: 'max_age',
  };
}
