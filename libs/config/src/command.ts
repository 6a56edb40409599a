import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { StartError } from './errors.js';
import { helpText } from './help.js';
import type { Command, ConfigOf, Options } from './option.js';
import { readConfig } from './read-config.js';

/**
 * All that a `main.ts` does: reads the configuration from the process and starts the program with it.
 *
 * Errors that the operator can fix are one line on stderr; any other error is a bug and keeps its stack. Both end with
 * exit code 1, unless the command has codes of its own.
 */
export async function runCommand<O extends Options>(
  command: Command<O>,
  start: (config: ConfigOf<O>) => Promise<void>,
): Promise<void> {
  const argv = process.argv.slice(2);
  if (asksForHelp(argv)) {
    process.stdout.write(helpText(command));
    return;
  }
  try {
    await start(readConfig(command, { argv, env: process.env, dotenv: readDotenv() }));
  } catch (error) {
    fail(command, error);
  }
}

/** Anything after `--` is not a flag. */
function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end === -1 ? undefined : end).some((flag) => flag === '--help' || flag === '-h');
}

/** Says why on stderr, and ends the process. */
export function fail({ name, exitCodes }: Pick<Command, 'name' | 'exitCodes'>, error: unknown): never {
  const isMendable = error instanceof StartError;
  const reason = isMendable ? error.message : error instanceof Error ? error.stack : error;
  process.stderr.write(`ws-hub ${name}: ${reason}\n`);
  process.exit(isMendable ? (error.exitCode ?? exitCodes?.usage ?? 1) : (exitCodes?.internal ?? 1));
}

function readDotenv(): NodeJS.Dict<string> {
  if (!existsSync('.env')) return {};
  try {
    return parseEnv(readFileSync('.env', 'utf8'));
  } catch (error) {
    throw new StartError(
      `.env: cannot be read (${(error as Error).message}); allowed: a file of lines NAME=value`,
    );
  }
}
