import { statSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';
import { exists, pageOf, ROOT } from './pages.js';

const RELATIVE = /^(?![a-z][a-z+.-]*:|\/|#)([^?#]*)(.*)$/i;

/** What a link leads to, in the site. */
export type Target =
  /** A page, or a file below docs/ that the site serves as it is. */
  | { readonly kind: 'page' | 'file'; readonly href: string; readonly file: string }
  /** A file or folder of the repository that the site does not have; without an address if that is known nowhere. */
  | { readonly kind: 'source'; readonly href?: string };

/**
 * Links in the repository are relative to the file that has them, as GitHub reads them. Here each of them becomes an
 * absolute one of the site, or one into the repository.
 *
 * @param from path of the page from the root of the repository
 * @param repository address of the repository, if it has one
 * @returns undefined for a link that is not relative, which stays as it is
 * @throws Error if there is no such file
 */
export function targetOf(href: string, from: string, repository?: string): Target | undefined {
  const [, path, rest = ''] = RELATIVE.exec(href) ?? [];
  if (path === undefined) return undefined;
  const file = posix.join(posix.dirname(from), decodeURI(path));
  if (file.startsWith('..') || !exists(file)) throw new Error(`dead link ${href} in ${from}`);
  const page = pageIn(file);
  if (page !== undefined) return { kind: 'page', href: `/${pageOf(page)}${rest}`, file: page };
  if (!isFolder(file) && file.startsWith('docs/'))
    return { kind: 'file', href: file.slice('docs'.length), file };
  return repository === undefined
    ? { kind: 'source' }
    : { kind: 'source', href: `${repository}/tree/HEAD/${file}${rest}` };
}

/** The page that a path names: itself, or the index or README of a folder. */
function pageIn(file: string): string | undefined {
  const names = isFolder(file) ? ['index.md', 'README.md'].map((name) => posix.join(file, name)) : [file];
  return names.find((name) => exists(name) && pageOf(name) !== undefined);
}

function isFolder(file: string): boolean {
  return statSync(join(ROOT, file)).isDirectory();
}

/**
 * Makes Markdown's links those of the site.
 *
 * @param onFile is told of each file that the site has to serve beside its pages
 */
export function siteLinks(
  markdown: MarkdownRenderer,
  onFile: (file: string) => void,
  repository?: string,
): void {
  markdown.core.ruler.push('site_links', ({ tokens, env }) => {
    // The search reads pages without a rewrite: then the path is the real one.
    const { realPath, path } = env as { realPath?: string; path: string };
    const from = relative(ROOT, realPath ?? path);
    for (const { children } of tokens) {
      for (const [index, token] of (children ?? []).entries()) {
        if (token.type !== 'link_open') continue;
        const target = targetOf(String(token.attrGet('href')), from, repository);
        if (target?.kind === 'file') onFile(target.file);
        if (target?.href !== undefined) token.attrSet('href', target.href);
        else if (target !== undefined) unlink(children as LinkTokens, index);
      }
    }
  });
}

type LinkTokens = { type: string; tag: string; content: string }[];

/** Takes a link away, and leaves its text: as code if it is one word, such as the path of a file. */
function unlink(tokens: LinkTokens, open: number): void {
  const close = tokens.findIndex(({ type }, index) => index > open && type === 'link_close');
  const [only, ...others] = tokens.slice(open + 1, close);
  for (const token of [tokens[open], tokens[close]])
    Object.assign(token ?? {}, { type: 'text', tag: '', attrs: null, content: '' });
  if (only?.type === 'text' && others.length === 0 && !only.content.includes(' '))
    Object.assign(only, { type: 'code_inline', tag: 'code' });
}
