import { DiscardPolicy, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { MAX_LEDGER_ENTRIES } from '@ws-hub/hub';
import type { JetStreamOptions } from '../options.js';
import type { StreamPlan } from '../stream.js';

type Settings = Pick<JetStreamOptions, 'natsStream' | 'natsSubjectPrefix' | 'natsReplicas'>;

/** Reserve: a full stream would reject the lease too. */
const SPARE_MESSAGES = 1_000;

/** The common prefix of all subjects of the ledger. */
export function ledgerPrefix({ natsSubjectPrefix }: Pick<Settings, 'natsSubjectPrefix'>): string {
  return `${natsSubjectPrefix}-ledger.`;
}

/** The stream of the ledger. The newest message of each subject is an entry, or the lease of the leading hub. */
export function ledgerStream(settings: Settings): StreamPlan {
  return {
    wanted: {
      name: `${settings.natsStream}-ledger`,
      subjects: [`${ledgerPrefix(settings)}>`],
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.New,
      discard_new_per_subject: false,
      storage: StorageType.File,
      num_replicas: settings.natsReplicas,
      max_msgs: MAX_LEDGER_ENTRIES + SPARE_MESSAGES,
      max_age: 0,
      max_msgs_per_subject: 1,
    },
    exactly: ['subjects', 'retention', 'discard', 'discard_new_per_subject', 'storage', 'max_age'],
    atLeast: 'duplicate_window',
  };
}
