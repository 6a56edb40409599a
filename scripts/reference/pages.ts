import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { helpPart, helpTexts } from './cli.js';
import { closeCodeTables } from './close-codes.js';
import { COMMANDS } from './commands.js';
import { optionsTable } from './configuration.js';
import { envExample } from './env-example.js';
import { withParts } from './generated-parts.js';

/** Generates a file's new text from its current text. */
type Maker = (text: string, root: string) => string;

/** What `npm run docs:reference` writes, by path from the root. */
export const REFERENCE: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ['.env.example', () => envExample(COMMANDS)],
  [
    'docs/reference/configuration.md',
    (page) => withParts(page, new Map(COMMANDS.map((command) => [command.name, optionsTable(command)]))),
  ],
  [
    'docs/reference/cli.md',
    (page, root) => {
      const texts = [...helpTexts(COMMANDS, root)];
      return withParts(page, new Map(texts.map(([name, text]) => [name, helpPart(text)])));
    },
  ],
  [
    'docs/reference/close-codes.md',
    (page, root) => withParts(page, closeCodeTables(readFileSync(join(root, 'PROTOCOL.md'), 'utf8'))),
  ],
]);
