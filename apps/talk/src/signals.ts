import { EXIT } from './config/exit-codes.js';
import { Leaving } from './leaving.js';

/**
 * Handles the signals with which a user ends a command.
 *
 * @param exitCodeInHaste the exit code on a second signal, which ends the process at once
 */
export function leavingOnSignals(exitCodeInHaste: number): Leaving {
  const leaving = new Leaving();
  let wasTold = false;
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      if (wasTold) process.exit(exitCodeInHaste);
      wasTold = true;
      leaving.begin(EXIT.done);
    });
  }
  return leaving;
}
