import { read } from '../repository.js';

/** A command of a guide. */
export interface Command {
  readonly command: string;
  /** It goes on running, beside the steps that follow. */
  readonly runs: boolean;
  /** What later steps call it. */
  readonly name: string | undefined;
}

/** What a command prints: a text in which `…` stands for anything, and times and ids for any others. */
export interface Output {
  readonly output: string;
  /** Of which command; undefined for the last one. */
  readonly of: string | undefined;
}

/** JavaScript that is typed into a browser's console, on the page of the hub. */
export interface Typed {
  readonly typed: string;
}

/** What a page in docs/guides shows. */
export interface Guide {
  readonly text: string;
  /** The files that it writes down, by name. */
  readonly files: ReadonlyMap<string, string>;
  readonly steps: readonly (Command | Output | Typed)[];
}

const FENCED = /^```(\w*) ?(.*)\n([\s\S]*?)^```$/gm;

/**
 * Reads a guide: `sh` is a command that ends, `sh runs NAME` one that goes on, `text` what the last one prints, `text NAME`
 * what that one does, `js console` is typed into a browser, and any other language with the name of a file is that file. All
 * else is an excerpt.
 */
export function readGuide(name: string): Guide {
  const files = new Map<string, string>();
  const steps: (Command | Output | Typed)[] = [];
  const page = read(`docs/guides/${name}.md`);
  for (const [, language, info = '', text = ''] of page.matchAll(FENCED))
    if (language === 'sh') steps.push(commandOf(text, info));
    else if (language === 'text') steps.push({ output: text, of: info === '' ? undefined : info });
    else if (info === 'console') steps.push({ typed: text });
    else if (info !== '') files.set(info, text);
  return { text: page, files, steps };
}

function commandOf(command: string, info: string): Command {
  const [runs, name] = info.split(' ');
  return { command, runs: runs === 'runs', name };
}

/** What is different each time, and what it looks like: a time of day, the id of a client, the id of a message. */
const VARIES = [
  [/\b\d\d:\d\d:\d\d\b/g, '\\d\\d:\\d\\d:\\d\\d'],
  [/(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{22}(?![\w-])/g, '[\\w-]{22}'],
  [/\b[0-9a-f]{16}-\d+\b/g, '[0-9a-f]{16}-\\d+'],
] as const;

/** Whether an output has what a guide shows. */
export function shows(output: string, shown: string): boolean {
  const pattern = shown.trim().split('…').map(patternOf).join('.+');
  return new RegExp(pattern).test(output);
}

function patternOf(text: string): string {
  const escaped = text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return VARIES.reduce((pattern, [each, any]) => pattern.replace(each, any), escaped);
}
