import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { helpPart } from '../scripts/reference/cli.js';
import { COMMANDS } from '../scripts/reference/commands.js';
import { describeWithBrowser } from './guides/browser.js';
import { followCommandLine, followReadme, followStart } from './guides/first-pages.js';
import { ROOT, read } from './repository.js';

describeWithBrowser('in a clone', (browser) => {
  test('what docs/start.md shows is what happens', () => followStart(browser()));

  test('what the README shows is what happens', () => followReadme(browser()));
});

test('what docs/reference/cli.md shows is what happens', () => followCommandLine());

test('docs/reference/cli.md has what --help prints, of the program and of each command', async () => {
  const page = read('docs/reference/cli.md');
  for (const name of ['', ...COMMANDS.map((command) => command.name)]) {
    const args = ['bin/ws-hub.js', ...name.split(' ').filter(Boolean), '--help'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT });
    expect({ name, isThere: page.includes(`\n${helpPart(stdout)}\n`) }).toEqual({ name, isThere: true });
  }
});
