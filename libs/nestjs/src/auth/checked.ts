/**
 * A parsed value, or what is wrong with it. The fault is shown to the client and contains nothing that could be a
 * secret.
 */
export type Checked<T> =
  | { readonly value: T; readonly fault?: undefined }
  | { readonly fault: string; readonly value?: undefined };

const MAX_QUOTED = 24;

/** The start of a value, for an error message. Visible ASCII only, so that it is safe in a header, a frame or a log. */
export function quoted(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value).replace(/[^ -~]/g, '?');
  return text.length <= MAX_QUOTED + 2 ? text : `${text.slice(0, MAX_QUOTED + 1)}...`;
}
