// The generator's process: one job from its parent, one answer to it.
import { once } from 'node:events';
import type { Answer, Job } from '../job.js';
import { run } from './run.js';

// A parent that is gone wants no answer.
process.once('disconnect', () => process.exit());

const [job] = (await once(process, 'message')) as [Job];
const answer: Answer = await run(job).then(
  (measurement) => ({ measurement }),
  (error: Error) => ({ error: error.message }),
);
process.send?.(answer);
