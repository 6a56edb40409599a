import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { DefaultTheme } from 'vitepress';
import config from '../../docs/.vitepress/config.js';
import { sidebar } from '../../docs/.vitepress/navigation.js';
import { pageOf, pagesIn, ROOT } from '../../docs/.vitepress/pages.js';
import { packageJson, read } from '../repository.js';

const GENERATED = /^docs\/reference\/api\//;
/** Front pages: that of the repository, and that of the site. */
const FRONT = new Set(['README.md', 'docs/index.md']);

const docs = readdirSync(`${ROOT}docs`, { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`);
const outside = [...readdirSync(ROOT), ...packageJson.workspaces.map((folder) => `${folder}/README.md`)];
const pages = [...docs, ...outside].filter(
  (file) => file.endsWith('.md') && pageOf(file) !== undefined && !GENERATED.test(file),
);

function linksIn(items: readonly DefaultTheme.SidebarItem[]): (string | undefined)[] {
  return items.flatMap(({ link, items = [] }) => [link, ...linksIn(items)]);
}

describe('the sidebar', () => {
  const links = linksIn(sidebar());

  test.each(pages.filter((file) => !FRONT.has(file)))('has %s', (file) => {
    expect(links).toContain(`/${pageOf(file)?.replace(/(index)?\.md$/, '')}`);
  });

  test('has no page twice', () => {
    const found = links.filter((link) => link !== undefined);
    expect(found.filter((link, index) => found.indexOf(link) !== index)).toEqual([]);
  });
});

test('dead links are ignored to localhost only', () => {
  expect(config.ignoreDeadLinks).toBe('localhostLinks');
});

test('the page of decisions lists each of them', () => {
  const index = read('docs/decisions/index.md');
  const names = pagesIn('docs/decisions').map((file) => file.slice('docs/decisions/'.length));
  expect(names.filter((name) => !index.includes(`](${name})`))).toEqual([]);
});

test('the package has no configuration of the site, and no page that is made from the code for it', () => {
  const { files } = JSON.parse(read('package.json')) as { files: string[] };
  expect(files).toEqual(expect.arrayContaining(['docs', '!docs/.vitepress', '!docs/reference/api']));
});
