import { type ParseArgsConfig, parseArgs } from 'node:util';

type Flags = NonNullable<ParseArgsConfig['options']>;

/** Invalid arguments of the benchmark. */
export class UsageError extends Error {}

/** Parses the flags. @throws UsageError that states what is allowed */
export function parseFlags<T extends Flags>(argv: string[], options: T) {
  try {
    return parseArgs({ args: argv, options, allowPositionals: false }).values;
  } catch (error) {
    // Node's message continues with advice that does not apply here.
    const [reason] = (error as Error).message.split('. ');
    const allowed = Object.keys(options).map((flag) => `--${flag}`);
    throw new UsageError(`${reason}; allowed: ${allowed.join(', ')}`);
  }
}

/** The items named in a comma-separated list, or all of them. @throws UsageError */
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

/** The range of a number. */
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

/** Runs a program of the benchmark. A wrong flag prints one line to stderr. */
export async function runProgram(name: string, program: () => Promise<void>): Promise<void> {
  try {
    await program();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${name}: ${error.message}\n`);
    process.exitCode = 1;
  }
}
