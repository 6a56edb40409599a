import { execFileSync } from 'node:child_process';
import { helpText } from '@ws-hub/config';
import type { DescribedCommand } from './commands.js';

/** The name of the part with the help of the program itself. */
export const PROGRAM = 'ws-hub';

/** What `ws-hub --help` and `ws-hub NAME --help` print, by NAME. @param root of the repository */
export function helpTexts(commands: readonly DescribedCommand[], root: string): Map<string, string> {
  const program = execFileSync(process.execPath, ['bin/ws-hub.js', '--help'], {
    cwd: root,
    encoding: 'utf8',
  });
  return new Map([
    [PROGRAM, program],
    ...commands.map((command) => [command.name, helpText(command)] as const),
  ]);
}

/** A part of the page about a command: an excerpt to those who follow the page (test/guides/guide.ts). */
export function helpPart(text: string): string {
  return `\`\`\`\n${text.trimEnd()}\n\`\`\``;
}
