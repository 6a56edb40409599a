import { once } from 'node:events';
import { GENERATOR_CORE, start, stop } from './children.js';

/** The answer of a process that generates load. */
type Answer<M> = { readonly measurement: M } | { readonly error: string };

/**
 * Passes a job to a process that generates load, on a core of its own, and waits for its result. This process is idle
 * in the meantime, so it takes no time from either core.
 *
 * @throws Error if the process reports a failed run, or ends
 */
export async function delegate<M>(program: string, job: object): Promise<M> {
  const child = start(GENERATOR_CORE, [process.execPath, program], ['ignore', 'ignore', 'inherit', 'ipc']);
  try {
    child.send(job);
    const answer = await new Promise<Answer<M>>((resolve, reject) => {
      child.once('message', (message) => resolve(message as Answer<M>));
      child.once('exit', (code, signal) => reject(new Error(`the generator ended with ${code ?? signal}`)));
    });
    if ('error' in answer) throw new Error(answer.error);
    return answer.measurement;
  } finally {
    await stop(child);
  }
}

/** The main function of such a process: one job from its parent, one answer to it. */
export async function work<J, M>(run: (job: J) => Promise<M>): Promise<void> {
  // Without a parent there is nothing to answer.
  process.once('disconnect', () => process.exit());
  const [job] = (await once(process, 'message')) as [J];
  const answer: Answer<M> = await run(job).then(
    (measurement) => ({ measurement }),
    (error: Error) => ({ error: error.message }),
  );
  process.send?.(answer);
}
