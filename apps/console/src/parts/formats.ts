/** Numbers and times as the pages show them: one way for all, whatever the language of the browser. */
const LANGUAGE = 'en';

const whole = new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 0 });
const oneDigit = new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 1 });
const short = new Intl.NumberFormat(LANGUAGE, { notation: 'compact', maximumFractionDigits: 1 });

/** `12,345`; below ten with one digit, unless it is a whole number. */
export function number(value: number): string {
  return Math.abs(value) < 10 ? oneDigit.format(value) : whole.format(value);
}

const long = new Intl.NumberFormat(LANGUAGE, {
  notation: 'compact',
  compactDisplay: 'long',
  maximumFractionDigits: 2,
});
const BILLION = 1e9;

/** A count that only grows: exact up to a billion, then `80.43 billion`. */
export function total(value: number): string {
  return value < BILLION ? number(value) : long.format(value);
}

/** `12.3K`, where there is little room. */
export function compact(value: number): string {
  return short.format(value);
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `1.5 MiB`. */
export function bytes(value: number): string {
  const steps = value < 1 ? 0 : Math.floor(Math.log2(value) / 10);
  const unit = Math.min(steps, BYTE_UNITS.length - 1);
  return `${number(value / 1024 ** unit)} ${BYTE_UNITS[unit]}`;
}

/** A part of one core, `0.25` as `25 %`. */
export function percent(value: number): string {
  return `${number(value * 100)} %`;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Milliseconds as `4 ms`, `1.5 s`, `2 min 5 s`, `3 h 20 min`, `9 d 4 h`. */
export function duration(ms: number): string {
  if (ms < SECOND) return `${number(ms)} ms`;
  if (ms < MINUTE) return `${oneDigit.format(Math.floor(ms / 100) / 10)} s`;
  if (ms < HOUR) return inTwo(ms, MINUTE, 'min', SECOND, 's');
  return ms < DAY ? inTwo(ms, HOUR, 'h', MINUTE, 'min') : inTwo(ms, DAY, 'd', HOUR, 'h');
}

function inTwo(ms: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((ms % large) / small);
  return `${whole.format(Math.floor(ms / large))} ${largeName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}

const two = (value: number) => String(value).padStart(2, '0');

/** Unix milliseconds as the time of day where the browser is: `09:41:07`. */
export function time(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
}

/** Unix milliseconds as `2025-03-01 09:41:07`, where the browser is. */
export function dateTime(at: number): string {
  const date = new Date(at);
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${time(at)}`;
}

/** `1 hub`, `2 hubs`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/** Characters that could disguise a name: controls, bidirectional marks, and characters without width. */
const UNSEEN = /[\p{Cc}\u00AD\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/gu;

/** Text in which what cannot be seen is spelled out, as `\u{202e}`. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);
}
