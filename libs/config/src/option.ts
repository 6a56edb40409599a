import type { z } from 'zod';

const FILE_SUFFIX = '_FILE';

/** One value that an operator sets: its names, its default and what is allowed are defined here and nowhere else. */
export interface Option<T = unknown> {
  readonly variable: string;
  /** The flag without its dashes; a secret has none, because every user of a machine can read command lines. */
  readonly flag: string | undefined;
  readonly default: string;
  /** Its meaning, in half a line of `--help`. */
  readonly help: string;
  /** Turns the text into the value; its description says in words what is allowed. */
  readonly kind: z.ZodType<T, string>;
}

/** Declares an option; its flag is the variable in kebab-case, unless another is given. Secrets have no flag. */
export function option<T>(
  variable: string,
  preset: string,
  kind: z.ZodType<T, string>,
  help: string,
  flag = variable.toLowerCase().replaceAll('_', '-'),
): Option<T> {
  return { variable, flag: isSecret({ kind }) ? undefined : flag, default: preset, help, kind };
}

/** Whether the value is a secret, whatever it is. */
export function isSecret({ kind }: Pick<Option, 'kind'>): boolean {
  return kind.meta()?.isSecret === true;
}

/** Whether this value may not be shown to anybody: any of a secret, and a URL with a password in it. */
export function holdsSecret(option: Pick<Option, 'kind'>, value: string): boolean {
  const holds = option.kind.meta()?.holdsSecret;
  return isSecret(option) || (typeof holds === 'function' && holds(value) === true);
}

/** The variable that names a file with the value in it; undefined for what never is a secret. */
export function fileVariable(option: Pick<Option, 'kind' | 'variable'>): string | undefined {
  const mayBeSecret = isSecret(option) || option.kind.meta()?.holdsSecret !== undefined;
  return mayBeSecret ? `${option.variable}${FILE_SUFFIX}` : undefined;
}

/** What an operator can set, in words: a row of `--help` and of the tables on the project's pages. */
export interface Row {
  readonly variable: string;
  /** Empty if there is none. */
  readonly flag: string;
  readonly default: string;
  readonly help: string;
}

/** All rows of these options, the variables that name files among them. */
export function rowsOf(options: Options): Row[] {
  return Object.values(options).flatMap((option) => {
    const { variable, flag = '', default: preset, help } = option;
    const file = fileVariable(option);
    const row = { variable, flag, default: preset, help };
    return file === undefined
      ? [row]
      : [row, { variable: file, flag: '', default: '', help: `file that holds ${variable}` }];
  });
}

/** All options of one command, by the name that the code gives them. */
export type Options = Readonly<Record<string, Option>>;

/** The configuration that a set of options reads as. */
export type ConfigOf<O extends Options> = { readonly [K in keyof O]: z.output<O[K]['kind']> } & {
  /** The names of the values that were set, as opposed to defaults. */
  readonly explicit: ReadonlySet<string>;
  /** The operands on the command line, in order. */
  readonly operands: readonly string[];
};

/** The exit codes of a command whose code alone says why it ended. */
export interface ExitCodes {
  /** A flag, a variable or `.env` is bad. */
  readonly usage: number;
  /** The program itself failed: a bug. */
  readonly internal: number;
  /** For `--help`: every code with its meaning in half a line. */
  readonly meanings: readonly (readonly [code: number, meaning: string])[];
}

/** A command of the program: what `--help` prints and what the configuration is read by. */
export interface Command<O extends Options = Options> {
  readonly name: string;
  readonly summary: string;
  readonly options: O;
  /** Operands on the command line, as `--help` shows them; left out by commands that take none. */
  readonly operands?: string;
  /** Left out by commands that end with 0, or with 1 for whatever went wrong. */
  readonly exitCodes?: ExitCodes;
  /** Names an impossible combination of values, or returns undefined. */
  readonly conflict?: (config: ConfigOf<O>) => string | undefined;
}

/** Where values come from, highest precedence first; the default comes last. */
export interface Sources {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly dotenv: Readonly<Record<string, string | undefined>>;
}
