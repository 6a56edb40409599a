import type { Command, Options } from './option.js';

/** The text of `ws-hub <command> --help`. */
export function helpText<O extends Options>(command: Command<O>): string {
  const options = Object.values(command.options);
  const flagWidth = Math.max(...options.map(({ flag }) => flag.length)) + 2;
  const variableWidth = Math.max(...options.map(({ variable }) => variable.length));
  const rows = options.map(
    ({ flag, variable, help, default: value }) =>
      `  ${`--${flag}`.padEnd(flagWidth)}  ${variable.padEnd(variableWidth)}  ${help} (default: ${value || 'empty'})`,
  );
  return [
    `ws-hub ${command.name}: ${command.summary}`,
    '',
    'A flag goes before its environment variable, that before .env, that before the default.',
    '',
    ...rows,
    '',
  ].join('\n');
}
