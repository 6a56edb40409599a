/** What was read, or what is wrong with it: for the person at the other end, without what could be a secret. */
export type Checked<T> =
  | { readonly value: T; readonly fault?: undefined }
  | { readonly fault: string; readonly value?: undefined };

const MAX_QUOTED = 24;

/** The beginning of a value, for an error message: visible ASCII, so that it can stand in a header, a frame or a log. */
export function quoted(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value).replace(/[^ -~]/g, '?');
  return text.length <= MAX_QUOTED + 2 ? text : `${text.slice(0, MAX_QUOTED + 1)}...`;
}
