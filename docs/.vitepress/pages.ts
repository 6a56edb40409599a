import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository, which is also the source folder of the site. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Pages outside of docs/, and where they stand in the site. */
const OUTSIDE: Readonly<Record<string, string>> = {
  'README.md': 'readme.md',
  'PROTOCOL.md': 'reference/protocol.md',
  'CHANGELOG.md': 'changelog.md',
  'CONTRIBUTING.md': 'contributing.md',
  'SECURITY.md': 'security-policy.md',
};
const DOCS = /^docs\/(?!\.vitepress\/)(.+\.md)$/;
const PACKAGE = /^libs\/([^/]+)\/README\.md$/;

/** What VitePress is not to look at: every Markdown file that has no place in the site. */
export const NOT_IN_SITE = [
  '!(docs|libs)/*/**',
  'libs/*/*/**',
  `!(${Object.keys(OUTSIDE)
    .map((name) => name.slice(0, -'.md'.length))
    .join('|')}).md`,
];

/** Where a file of the repository stands in the site, as a path that ends in `.md`; undefined if it is no page of it. */
export function pageOf(file: string): string | undefined {
  const [, inDocs] = DOCS.exec(file) ?? [];
  const [, library] = PACKAGE.exec(file) ?? [];
  return OUTSIDE[file] ?? inDocs ?? (library === undefined ? undefined : `reference/packages/${library}.md`);
}

export function exists(file: string): boolean {
  return existsSync(join(ROOT, file));
}

/** The first heading of a page, without its marks. */
export function titleOf(file: string): string {
  const [, heading = file] = /^# (.+)$/m.exec(readFileSync(join(ROOT, file), 'utf8')) ?? [];
  return heading.replaceAll('`', '');
}

/** The pages in a folder, without its index and without folders in it, in the order of their names. */
export function pagesIn(folder: string): string[] {
  if (!exists(folder)) return [];
  const names = readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.md') && name !== 'index.md');
  return names.toSorted().map((name) => `${folder}/${name}`);
}
