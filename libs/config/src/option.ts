import type { z } from 'zod';

/** One value that an operator sets: its names, its default and what is allowed stand here and nowhere else. */
export interface Option<T = unknown> {
  readonly variable: string;
  /** The flag without its dashes. */
  readonly flag: string;
  readonly default: string;
  /** What it is for, in half a line of `--help`. */
  readonly help: string;
  /** Turns the text into the value; its description says in words what is allowed. */
  readonly kind: z.ZodType<T, string>;
}

/** Declares an option; its flag is the variable in kebab-case, unless it has one of its own. */
export function option<T>(
  variable: string,
  preset: string,
  kind: z.ZodType<T, string>,
  help: string,
  flag = variable.toLowerCase().replaceAll('_', '-'),
): Option<T> {
  return { variable, flag, default: preset, help, kind };
}

/** All options of one command, by the name that the code gives them. */
export type Options = Readonly<Record<string, Option>>;

/** The configuration that a set of options reads as. */
export type ConfigOf<O extends Options> = { readonly [K in keyof O]: z.output<O[K]['kind']> } & {
  /** The names of the values that somebody set, as opposed to defaults. */
  readonly explicit: ReadonlySet<string>;
};

/** A command of the program: what `--help` prints and what the configuration is read by. */
export interface Command<O extends Options = Options> {
  readonly name: string;
  readonly summary: string;
  readonly options: O;
  /** Names an impossible combination of values, or returns undefined. */
  readonly conflict?: (config: ConfigOf<O>) => string | undefined;
}

/** Where values come from, strongest first; then follows the default. */
export interface Sources {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly dotenv: Readonly<Record<string, string | undefined>>;
}
