import { type Command, type Options, rowsOf } from './option.js';

/** The text of `ws-hub <command> --help`. */
export function helpText<O extends Options>(command: Command<O>): string {
  const rows = rowsOf(command.options);
  const flagWidth = Math.max(...rows.map(({ flag }) => flag.length)) + 2;
  const variableWidth = Math.max(...rows.map(({ variable }) => variable.length));
  const lines = rows.map(({ flag, variable, help, default: value }) => {
    const dashed = flag === '' ? '' : `--${flag}`;
    return `  ${dashed.padEnd(flagWidth)}  ${variable.padEnd(variableWidth)}  ${help} (default: ${value || 'empty'})`;
  });
  return [
    `ws-hub ${command.name}: ${command.summary}`,
    '',
    ...usageLines(command),
    'Precedence: flag, environment variable, .env, default.',
    'Secrets have no flag, because every user of a machine can read command lines.',
    '',
    ...lines,
    ...exitCodeLines(command),
    '',
  ].join('\n');
}

function usageLines({ name, operands }: Pick<Command, 'name' | 'operands'>): string[] {
  if (operands === undefined) return [];
  return [`Usage: ws-hub ${name} [flags] ${operands}`, 'Arguments that begin with - go after --.', ''];
}

function exitCodeLines({ exitCodes }: Pick<Command, 'exitCodes'>): string[] {
  if (exitCodes === undefined) return [];
  return [
    '',
    'Exit codes:',
    '',
    ...exitCodes.meanings.map(([code, text]) => `  ${`${code}`.padEnd(3)}  ${text}`),
  ];
}
