import { parseArgs } from 'node:util';
import { StartError } from './errors.js';
import { type Flags, type Found, findValue, flagError } from './find-value.js';
import {
  type Command,
  type ConfigOf,
  holdsSecret,
  isSecret,
  type Option,
  type Options,
  type Sources,
} from './option.js';

/** A part of the command line: a flag with its value, or something else. */
type Token = ReturnType<typeof tokensOf>[number];

/**
 * Reads a command's configuration: flag before environment before `.env` before default.
 *
 * An empty variable counts as not set, because compose files pass empty variables on.
 * @throws StartError naming the flag or variable, the value and what is allowed
 */
export function readConfig<O extends Options>(command: Command<O>, sources: Sources): ConfigOf<O> {
  const tokens = tokensOf(command.options, sources.argv);
  const flags = readFlags(command.options, tokens);
  const operands = readOperands(command, tokens);
  const found = Object.entries(command.options).map(
    ([name, option]) => [name, option, findValue(option, flags, sources)] as const,
  );
  const values = found.map(([name, option, value]) => [name, readValue(option, value)]);
  const explicit = found.filter(([, , { isDefault }]) => !isDefault).map(([name]) => name);
  const config = { ...Object.fromEntries(values), explicit: new Set(explicit), operands } as ConfigOf<O>;
  const conflict = command.conflict?.(config);
  if (conflict !== undefined) throw new StartError(conflict);
  return config;
}

function tokensOf(declared: Options, argv: readonly string[]) {
  const types = Object.fromEntries(
    Object.values(declared).flatMap((option) => {
      const type = isSwitch(option) ? ('boolean' as const) : ('string' as const);
      return option.flag === undefined ? [] : [[option.flag, { type }] as const];
    }),
  );
  return parseArgs({ args: [...argv], options: types, strict: false, tokens: true }).tokens;
}

/** @throws StartError for the first, if the command takes none */
function readOperands(
  { operands, options }: Pick<Command, 'operands' | 'options'>,
  tokens: readonly Token[],
): string[] {
  const values = tokens.flatMap((token) => (token.kind === 'positional' ? token.value : []));
  if (operands === undefined && values.length > 0)
    throw new StartError(`unexpected argument "${values[0]}"; ${allowedFlags(flagsOf(options))}`);
  return values;
}

function readFlags(declared: Options, tokens: readonly Token[]): Flags {
  const options = Object.values(declared);
  const known = flagsOf(declared);
  const switches = new Set(options.filter(isSwitch).map(({ flag }) => flag));
  const flags: Record<string, string> = {};
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    if (!known.includes(token.name)) throw unknownFlag(token, options, known);
    const value = token.value ?? (switches.has(token.name) ? 'true' : undefined);
    if (value === undefined) throw new StartError(`${token.rawName} needs a value; ${allowedFlags(known)}`);
    flags[token.name] = value;
  }
  return flags;
}

/** A flag that nobody has; whoever looks for one of a secret learns where secrets belong. */
function unknownFlag(
  { name, rawName }: { name: string; rawName: string },
  options: readonly Option[],
  known: readonly string[],
): StartError {
  const variable = name.toUpperCase().replaceAll('-', '_');
  const option = options.find((each) => isSecret(each) && each.variable === variable);
  if (option !== undefined) return flagError(rawName, 'a secret', option);
  return new StartError(`unknown flag ${rawName}; ${allowedFlags(known)}`);
}

function isSwitch({ kind }: Option): boolean {
  return kind.meta()?.isSwitch === true;
}

function flagsOf(declared: Options): string[] {
  return Object.values(declared).flatMap(({ flag }) => flag ?? []);
}

function allowedFlags(known: readonly string[]): string {
  return `allowed: ${known.map((flag) => `--${flag}`).join(', ')}`;
}

function readValue(option: Option, { source, value }: Found): unknown {
  const result = option.kind.safeParse(value);
  if (result.success) return result.data;
  const shown = holdsSecret(option, value) ? 'this value' : `"${value}"`;
  throw new StartError(`${source}: ${shown} is not allowed; allowed: ${option.kind.meta()?.description}`);
}
