import { readFileSync } from 'node:fs';
import { StartError } from './errors.js';
import { fileVariable, holdsSecret, type Option, type Sources } from './option.js';

/** The values of the flags that were given, by flag. */
export type Flags = Readonly<Record<string, string | undefined>>;

/** The value of an option, and where it was found. */
export interface Found {
  /** The source of the value, in the words of an error message. */
  readonly source: string;
  readonly value: string;
  readonly isDefault?: true;
}

/** Finds what an option is set to: by its flag, its variable, a file for it, or by its default. */
export function findValue(option: Option, flags: Flags, sources: Sources): Found {
  const { flag, variable, default: preset } = option;
  const direct =
    fromFlag(option, flag === undefined ? undefined : flags[flag]) ?? fromVariable(variable, sources);
  const file = fileVariable(option);
  const path = file === undefined ? undefined : fromVariable(file, sources);
  if (path === undefined)
    return direct ?? { source: `default of ${variable}`, value: preset, isDefault: true };
  if (direct !== undefined)
    throw new StartError(`${direct.source} and ${path.source}: both are set; allowed: one of the two`);
  return fromFile(path);
}

/** @throws StartError for what would be shown to every user of the machine */
function fromFlag(option: Option, value: string | undefined): Found | undefined {
  if (value === undefined) return undefined;
  if (holdsSecret(option, value)) throw flagError(`--${option.flag}`, 'a password', option);
  return { source: `--${option.flag}`, value };
}

/** Why a secret is refused on the command line, and where it belongs. */
export function flagError(flag: string, what: string, option: Option): StartError {
  return new StartError(
    `${flag}: ${what} is not allowed on a command line, which every user of the machine can read; ` +
      `allowed: ${fileVariable(option)}, the path of a file that holds it, or ${option.variable} in the environment`,
  );
}

function fromVariable(variable: string, { env, dotenv }: Sources): Found | undefined {
  if (env[variable]) return { source: variable, value: env[variable] };
  if (dotenv[variable]) return { source: `${variable} in .env`, value: dotenv[variable] };
  return undefined;
}

/** What a file holds, without the newline that editors and `echo` put at its end. */
function fromFile({ source, value: path }: Found): Found {
  const value = readText(source, path).replace(/\r?\n$/, '');
  if (value === '')
    throw new StartError(`${source}: "${path}" is empty; allowed: a file that holds the value`);
  return { source: `${source} ("${path}")`, value };
}

function readText(source: string, path: string): string {
  try {
    // A secret of random bytes would be another one as text; it is refused.
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'it is not UTF-8' : code;
    throw new StartError(
      `${source}: "${path}" cannot be read (${reason}); allowed: a file that holds the value`,
    );
  }
}
