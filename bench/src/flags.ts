import { type ParseArgsConfig, parseArgs } from 'node:util';

type Flags = NonNullable<ParseArgsConfig['options']>;

/** What the benchmark was told is wrong. */
export class UsageError extends Error {}

/** Reads the flags. @throws UsageError that names what is allowed */
export function parseFlags<T extends Flags>(argv: string[], options: T) {
  try {
    return parseArgs({ args: argv, options, allowPositionals: false }).values;
  } catch (error) {
    // Node's message goes on with advice that does not fit here.
    const [reason] = (error as Error).message.split('. ');
    const allowed = Object.keys(options).map((flag) => `--${flag}`);
    throw new UsageError(`${reason}; allowed: ${allowed.join(', ')}`);
  }
}

/** Those whose names stand in a list with commas, or all. @throws UsageError */
export function pick<T extends { readonly name: string }>(
  flag: string,
  value: string | undefined,
  all: readonly T[],
): readonly T[] {
  if (value === undefined) return all;
  const names = value.split(',');
  const unknown = names.find((name) => !all.some((item) => item.name === name));
  if (unknown !== undefined) {
    throw new UsageError(
      `--${flag}: unknown "${unknown}"; allowed: ${all.map(({ name }) => name).join(', ')}`,
    );
  }
  return all.filter(({ name }) => names.includes(name));
}

/** What a number may be. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly whole?: boolean;
}

/** @throws UsageError */
export function numberIn(flag: string, value: string | undefined, standard: number, bounds: Bounds): number {
  if (value === undefined) return standard;
  const { least, most, whole = false } = bounds;
  const read = Number(value);
  if (value.trim() !== '' && read >= least && read <= most && (!whole || Number.isInteger(read))) return read;
  const kind = whole ? 'a whole number' : 'a number';
  throw new UsageError(`--${flag}: "${value}"; allowed: ${kind} from ${least} to ${most}`);
}

/** Runs a program of the benchmark; a wrong flag is one line on stderr. */
export async function runProgram(name: string, program: () => Promise<void>): Promise<void> {
  try {
    await program();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${name}: ${error.message}\n`);
    process.exitCode = 1;
  }
}
