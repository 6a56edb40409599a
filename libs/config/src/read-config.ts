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

/**
 * Reads a command's configuration: flag before environment before `.env` before default.
 *
 * An empty variable counts as not set, because compose files pass empty variables on.
 * @throws StartError naming the flag or variable, the value and what is allowed
 */
export function readConfig<O extends Options>(command: Command<O>, sources: Sources): ConfigOf<O> {
  const flags = readFlags(command.options, sources.argv);
  const found = Object.entries(command.options).map(
    ([name, option]) => [name, option, findValue(option, flags, sources)] as const,
  );
  const values = found.map(([name, option, value]) => [name, readValue(option, value)]);
  const explicit = found.filter(([, , { isDefault }]) => !isDefault).map(([name]) => name);
  const config = { ...Object.fromEntries(values), explicit: new Set(explicit) } as ConfigOf<O>;
  const conflict = command.conflict?.(config);
  if (conflict !== undefined) throw new StartError(conflict);
  return config;
}

function readFlags(declared: Options, argv: readonly string[]): Flags {
  const options = Object.values(declared);
  const known = options.flatMap(({ flag }) => flag ?? []);
  const switches = new Set(options.filter(isSwitch).map(({ flag }) => flag));
  const types = Object.fromEntries(
    known.map((flag) => [flag, { type: switches.has(flag) ? ('boolean' as const) : ('string' as const) }]),
  );
  const { tokens } = parseArgs({ args: [...argv], options: types, strict: false, tokens: true });
  const flags: Record<string, string> = {};
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional')
      throw new StartError(`unexpected argument "${token.value}"; ${allowedFlags(known)}`);
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

function allowedFlags(known: readonly string[]): string {
  return `allowed: ${known.map((flag) => `--${flag}`).join(', ')}`;
}

function readValue(option: Option, { source, value }: Found): unknown {
  const result = option.kind.safeParse(value);
  if (result.success) return result.data;
  const shown = holdsSecret(option, value) ? 'this value' : `"${value}"`;
  throw new StartError(`${source}: ${shown} is not allowed; allowed: ${option.kind.meta()?.description}`);
}
