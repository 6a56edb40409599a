import { fail, runCommand } from '@ws-hub/config';
import { EXIT } from './config/exit-codes.js';
import { verifyCommand } from './config/verify.config.js';
import { verify } from './verify.js';

const SIGNALS = [
  ['SIGINT', EXIT.interrupted],
  ['SIGTERM', EXIT.terminated],
] as const;

// Node would exit with 1, which means a broken promise.
process.on('uncaughtException', (error) => fail(verifyCommand, error));

/** Aborted with the exit code as its reason. */
const interruption = new AbortController();
for (const [signal, code] of SIGNALS) {
  process.on(signal, () => {
    // The second one does not wait for the clients to close.
    if (interruption.signal.aborted) process.exit(code);
    interruption.abort(code);
  });
}

await runCommand(verifyCommand, async (config) => {
  process.exitCode = await verify(config, interruption.signal);
});
