import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

const LINK = /<a\b[^>]*?\shref="([^"]*)"/g;
const ID = /\sid="([^"]*)"/g;
const ELSEWHERE = /^[a-z][a-z+.-]*:/i;

/**
 * Links between the pages of a built site that lead to no file, or to no heading of it. VitePress looks only at links
 * in Markdown, and not at the part behind `#`.
 *
 * @param folder of the built site
 * @param base path under which it is served
 * @returns one line for each link
 */
export function deadLinks(folder: string, base = '/'): string[] {
  const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.html'),
  );
  const html = new Map(pages.map((page) => [page, readFileSync(join(folder, page), 'utf8')]));
  const ids = new Map([...html].map(([page, text]) => [page, new Set(found(text, ID))]));

  const isDead = (page: string, link: string) => {
    const [path = '', fragment = ''] = decodeURI(link).split('#');
    const file = path === '' ? page : fileOf(path, page, base);
    if (!existsSync(join(folder, file))) return true;
    return fragment !== '' && !ids.get(file)?.has(fragment);
  };
  return [...html].flatMap(([page, text]) => {
    const links = new Set(found(text, LINK).filter((link) => !ELSEWHERE.test(link)));
    return [...links].filter((link) => isDead(page, link)).map((link) => `${page}: ${link}`);
  });
}

function found(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, value = '']) => value.replaceAll('&amp;', '&'));
}

/** The file that a path names; a folder's is its index.html. */
function fileOf(path: string, page: string, base: string): string {
  const file = path.startsWith('/')
    ? posix.relative(base, path) + (path.endsWith('/') ? '/index.html' : '')
    : posix.join(posix.dirname(page), path);
  return file.replace(/^\//, '');
}
