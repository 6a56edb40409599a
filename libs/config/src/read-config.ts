import { parseArgs } from 'node:util';
import { StartError } from './errors.js';
import type { Command, ConfigOf, Option, Options, Sources } from './option.js';

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

type Flags = Readonly<Record<string, string | undefined>>;

function readFlags(declared: Options, argv: readonly string[]): Flags {
  const known = Object.values(declared).map((option) => option.flag);
  const switches = new Set(
    Object.values(declared)
      .filter(isSwitch)
      .map(({ flag }) => flag),
  );
  const options = Object.fromEntries(
    known.map((flag) => [flag, { type: switches.has(flag) ? ('boolean' as const) : ('string' as const) }]),
  );
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true });
  const flags: Record<string, string> = {};
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional')
      throw new StartError(`unexpected argument "${token.value}"; ${allowedFlags(known)}`);
    if (!known.includes(token.name))
      throw new StartError(`unknown flag ${token.rawName}; ${allowedFlags(known)}`);
    const value = token.value ?? (switches.has(token.name) ? 'true' : undefined);
    if (value === undefined) throw new StartError(`${token.rawName} needs a value; ${allowedFlags(known)}`);
    flags[token.name] = value;
  }
  return flags;
}

function isSwitch({ kind }: Option): boolean {
  return kind.meta()?.isSwitch === true;
}

function allowedFlags(known: readonly string[]): string {
  return `allowed: ${known.map((flag) => `--${flag}`).join(', ')}`;
}

interface Found {
  /** Where the value stands, in the words of an error message. */
  readonly source: string;
  readonly value: string;
  readonly isDefault?: true;
}

function readValue(option: Option, { source, value }: Found): unknown {
  const result = option.kind.safeParse(value);
  if (result.success) return result.data;
  const { description, hidden } = option.kind.meta() ?? {};
  throw new StartError(
    `${source}: ${hidden ? 'this value' : `"${value}"`} is not allowed; allowed: ${description}`,
  );
}

function findValue(option: Option, flags: Flags, sources: Sources): Found {
  const { flag, variable } = option;
  if (flags[flag] !== undefined) return { source: `--${flag}`, value: flags[flag] };
  if (sources.env[variable]) return { source: variable, value: sources.env[variable] };
  if (sources.dotenv[variable]) return { source: `${variable} in .env`, value: sources.dotenv[variable] };
  return { source: `default of ${variable}`, value: option.default, isDefault: true };
}
