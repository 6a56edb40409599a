import { type Option, rowsOf } from '@ws-hub/config';
import type { DescribedCommand } from './commands.js';

const COLUMNS = ['Variable', 'Flag', 'Default', 'Unit and range', 'Meaning'];

/** The table of a command's options, in the order of its `--help`. */
export function optionsTable({ options }: DescribedCommand): string {
  const ranges = new Map(Object.values(options).map((option) => [option.variable, rangeOf(option)]));
  const rows = rowsOf(options).map(({ variable, flag, default: preset, help }) => [
    code(variable),
    code(flag && `--${flag}`),
    code(preset),
    ranges.get(variable) ?? '',
    escaped(help),
  ]);
  return [COLUMNS, COLUMNS.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Of numbers, from what the error for a bad one says; empty for all other values. */
function rangeOf({ kind }: Option): string {
  const number = /^(?:(milliseconds|bytes), )?a whole number from (\d+) to (\d+)$/;
  const [, unit, min, max] = number.exec(kind.meta()?.description ?? '') ?? [];
  if (min === undefined) return '';
  const range = `${min}–${max}`;
  return unit === undefined ? range : `${unit === 'milliseconds' ? 'ms' : unit}, ${range}`;
}

function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}

/** What Markdown, or the site that is made of it, would take for markup. */
function escaped(text: string): string {
  return text.replace(/[*<|]/g, '\\$&');
}
