import { parseArgs } from 'node:util';
import { didYouMean } from './did-you-mean.js';
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
  const flags = readFlags(command, tokens);
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

/** @throws StartError for the first operand, if the command takes none */
function readOperands(command: Pick<Command, 'name' | 'operands'>, tokens: readonly Token[]): string[] {
  const values = tokens.flatMap((token) => (token.kind === 'positional' ? token.value : []));
  if (command.operands === undefined && values.length > 0)
    throw new StartError(`unexpected argument "${values[0]}"; ${seeHelp(command)}`);
  return values;
}

function readFlags(command: Pick<Command, 'name' | 'options'>, tokens: readonly Token[]): Flags {
  const options = Object.values(command.options);
  const flags: Record<string, string> = {};
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = options.find(({ flag }) => flag === token.name);
    if (option === undefined) throw unknownFlag(token, command);
    const value = token.value ?? (isSwitch(option) ? 'true' : undefined);
    if (value === undefined)
      throw new StartError(`${token.rawName} needs a value: ${descriptionOf(option)}; ${seeHelp(command)}`);
    flags[token.name] = value;
  }
  return flags;
}

/** A flag that does not exist. The flag of a secret is answered with the place where secrets belong. */
function unknownFlag(
  { name, rawName }: { name: string; rawName: string },
  command: Pick<Command, 'name' | 'options'>,
): StartError {
  const options = Object.values(command.options);
  const variable = name.toUpperCase().replaceAll('-', '_');
  const secret = options.find((each) => isSecret(each) && each.variable === variable);
  if (secret !== undefined) return flagError(rawName, 'a secret', secret);
  const flags = options.flatMap(({ flag }) => flag ?? []);
  const suggestion = didYouMean(name, flags, '--');
  const help = seeHelp(command);
  return new StartError(
    `unknown flag ${rawName}${suggestion === '' ? `; ${help}` : `${suggestion} S${help.slice(1)}`}`,
  );
}

function seeHelp({ name }: Pick<Command, 'name'>): string {
  return `see ws-hub ${name} --help`;
}

function isSwitch({ kind }: Option): boolean {
  return kind.meta()?.isSwitch === true;
}

function readValue(option: Option, { source, value }: Found): unknown {
  const result = option.kind.safeParse(value);
  if (result.success) return result.data;
  const isHidden = holdsSecret(option, value);
  const suggestion = isHidden ? '' : didYouMean(value, wordsOf(option));
  const shown = isHidden ? 'this value' : `"${value}"`;
  const allowed = suggestion === '' ? '; allowed' : `${suggestion} Allowed`;
  throw new StartError(`${source}: ${shown} is not allowed${allowed}: ${descriptionOf(option)}`);
}

function descriptionOf({ kind }: Option): unknown {
  return kind.meta()?.description;
}

/** The words that a choice takes; none for any other kind. */
function wordsOf({ kind }: Option): readonly string[] {
  const words = kind.meta()?.words;
  return Array.isArray(words) ? words : [];
}
