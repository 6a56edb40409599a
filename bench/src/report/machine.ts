import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { pinning } from '../children.js';

/** What readers need to know about the machine, without identifying it. */
export function machine() {
  return {
    node: process.version,
    platform: process.platform,
    arch: process.arch,
    kernel: release().split('-')[0],
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    pinned: pinning,
  };
}
