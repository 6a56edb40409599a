import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import type { SiteConfig } from 'vitepress';
import config from '../../docs/.vitepress/config.js';
import { deadLinks } from '../../docs/.vitepress/dead-links.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A folder with a page that has some links, and with another page. */
function siteWith(links: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'site-'));
  folders.push(folder);
  const other = '<h2 id="limits" tabindex="-1">Limits</h2><a class="header-anchor" href="#limits">#</a>';
  const pages = { 'index.html': links, 'guides/sse.html': other, 'openapi.yaml': '' };
  for (const [name, text] of Object.entries(pages)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

test('links to pages, files, headings and other hosts are not dead', () => {
  const folder = siteWith(
    '<a href="/guides/sse.html">1</a> <a class="x" href="./guides/sse.html#limits">2</a> <a href="/">3</a> <a href="/openapi.yaml" target="_self">4</a> <a href="https://example.org/none.html">5</a>',
  );
  expect(deadLinks(folder)).toEqual([]);
});

test('a link to no page, and one to no heading of a page, are dead', () => {
  const folder = siteWith('<a href="/guides/ws.html">1</a> <a class="x" href="/guides/sse.html#limit">2</a>');
  expect(deadLinks(folder)).toEqual(['index.html: /guides/ws.html', 'index.html: /guides/sse.html#limit']);
});

test('a site that is served below a path has its pages there and nowhere else', () => {
  const folder = siteWith('<a href="/hub/guides/sse.html#limits">1</a> <a href="/guides/sse.html">2</a>');
  expect(deadLinks(folder, '/hub/')).toEqual(['index.html: /guides/sse.html']);
});

test('a dead link fails the build', async () => {
  const outDir = siteWith('<a href="/guides/ws.html">1</a>');
  const built = Promise.resolve(config.buildEnd?.({ outDir, site: { base: '/' } } as SiteConfig));
  await expect(built).rejects.toThrow('index.html: /guides/ws.html');
});
