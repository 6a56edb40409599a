import { option, text } from '@ws-hub/config';
import { looksLikeKey } from '@ws-hub/nestjs/keys';

/** The file that all three commands are about; the server has it under the same variable. */
export const keyFileOption = option(
  'API_KEYS_FILE',
  '',
  text('the path of a file'),
  'file with the API keys, the one that the hub reads',
  'file',
);

/** How messages name the option. */
export const KEY_FILE = `${keyFileOption.variable} (--${keyFileOption.flag})`;

/** Why there is no file to work on. */
export function fileConflict({ file }: { readonly file: string }): string | undefined {
  return file === '' ? `${KEY_FILE}: must be set; allowed: the path of the file of API keys` : undefined;
}

/**
 * Why the operands are not exactly one allowed operand.
 *
 * @param what names the operand
 * @param allowed the allowed values, in words
 */
export function operandConflict(
  operands: readonly string[],
  what: string,
  allowed: string,
  isAllowed: (operand: string) => boolean,
): string | undefined {
  const [operand = '', ...more] = operands;
  if (operands.length === 1 && isAllowed(operand)) return undefined;
  if (operand === '' || more.length > 0) return `one ${what} is required; allowed: ${allowed}`;
  // The operand may be the key itself.
  const shown = looksLikeKey(operand) ? 'a key' : JSON.stringify(operand);
  return `${what}: ${shown} is not allowed; allowed: ${allowed}`;
}
