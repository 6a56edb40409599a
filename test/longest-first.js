import TestSequencer from '@jest/test-sequencer';

/** Seconds that the slowest files took; where Jest has not run before, it knows none of them. */
const SECONDS = {
  'test/packages.e2e-spec.ts': 60,
  'test/verify.e2e-spec.ts': 52,
  'test/examples.e2e-spec.ts': 31,
  'test/cluster.e2e-spec.ts': 30,
  'test/cluster/faults.cluster-spec.ts': 30,
  'test/talk/listen.e2e-spec.ts': 26,
  'apps/server/test/overload.e2e-spec.ts': 23,
  'apps/server/test/bugs.e2e-spec.ts': 22,
  'test/guides/proxies.e2e-spec.ts': 20,
  'test/model/nats.model-spec.ts': 15,
  'apps/server/test/v1-contract.e2e-spec.ts': 15,
  'test/talk/send-ending.e2e-spec.ts': 14,
  'apps/server/test/nats-tls.e2e-spec.ts': 13,
  'test/browser.e2e-spec.ts': 13,
  'apps/server/test/fair-retention.e2e-spec.ts': 12,
  'test/first-pages.e2e-spec.ts': 12,
  'test/conversation.e2e-spec.ts': 11,
  'test/model/memory.model-spec.ts': 11,
  'test/start.e2e-spec.ts': 10,
  'test/guides/cluster-on-one-machine.e2e-spec.ts': 10,
  'libs/jetstream/test/jetstream-replicas.e2e-spec.ts': 10,
};
const MS_PER_S = 1_000;

function knownMs({ path, context }) {
  return (SECONDS[path.slice(context.config.rootDir.length + 1)] ?? 1) * MS_PER_S;
}

/** Begins with the file that takes longest, so that no worker is left alone with it at the end. */
export default class LongestFirst extends TestSequencer {
  sort(tests) {
    // Sets what the last run here took.
    const sorted = super.sort(tests);
    return sorted.toSorted(
      (one, other) => (other.duration ?? knownMs(other)) - (one.duration ?? knownMs(one)),
    );
  }
}
