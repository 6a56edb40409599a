import { expect } from '@jest/globals';
import type { ReadersBrowser } from './browser.js';
import { readGuide } from './guide.js';
import { type Place, Walk } from './walk.js';

/** Follows docs/start.md to its end, opens the links to the hub, and uses the page that it writes. */
export async function followStart(browser: ReadersBrowser, place?: Place): Promise<void> {
  const guide = readGuide('../start');
  expect(guide.steps.length).toBeGreaterThan(10);
  const walk = await Walk.begin(guide, undefined, undefined, { place });
  try {
    for (const step of guide.steps) await walk.take(step);
    expect(await browser.talk(walk.folder, 'hello from a page')).toEqual([
      ['hub: connected', 'you: hello from a page'],
      ['hub: connected', expect.stringMatching(/^[\w-]{22}: hello from a page$/)],
    ]);
    for (const link of ['http://localhost:8080/', 'http://localhost:9465/']) {
      expect(guide.text).toContain(`\`${link}\``);
      expect((await fetch(walk.ports.in(link))).status).toBe(200);
    }
  } finally {
    await walk.end();
  }
}

/** Follows the README to its end. */
export async function followReadme(browser: ReadersBrowser, place?: Place): Promise<void> {
  const guide = readGuide('../../README');
  expect(guide.steps.length).toBeGreaterThan(5);
  const type = (script: string, url: string) => browser.type(script, url);
  const walk = await Walk.begin(guide, undefined, undefined, { place, type });
  const seen = (output: string) => walk.take({ output, of: 'listen' });
  try {
    for (const step of guide.steps) {
      // Readers wait until the listener is there, and until they see what they have said.
      if ('typed' in step) await seen('listening to lobby');
      await walk.take(step);
      if ('typed' in step) await seen('hello from a page');
    }
  } finally {
    await walk.end();
  }
}

/** Follows docs/reference/cli.md to its end. */
export async function followCommandLine(place?: Place): Promise<void> {
  const guide = readGuide('../reference/cli');
  expect(guide.steps.length).toBeGreaterThan(8);
  const walk = await Walk.begin(guide, undefined, undefined, { place });
  try {
    for (const step of guide.steps) await walk.take(step);
  } finally {
    await walk.end();
  }
}
