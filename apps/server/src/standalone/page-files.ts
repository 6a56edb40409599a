import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = join('dist', 'console');
const ASSETS = 'assets';
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
/** The name of an asset has a hash of what is in it. */
const FOREVER = 'public, max-age=31536000, immutable';
/** May be kept, but not used without asking. */
const ASK_FIRST = 'no-cache';

/** What a page may load and which pages may frame it, besides the headers of every answer. */
export const PAGE_POLICY: Readonly<Record<string, readonly string[]>> = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'"],
  'connect-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

/** A file as it is sent. */
export interface PageFile {
  readonly body: Buffer;
  readonly type: string;
  readonly etag: string;
  readonly cacheControl: string;
}

/** The files that `npm run build:console` has made, by their paths in the URL: none where it was not run. */
export function readPageFiles(): ReadonlyMap<string, PageFile> {
  const root = folderOf(dirname(fileURLToPath(import.meta.url)));
  if (root === undefined) return new Map();
  const names = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && extname(entry.name) in TYPES)
    .map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1));
  return new Map(names.map((name) => [`/${name.replaceAll('\\', '/')}`, fileOf(join(root, name), name)]));
}

/** One page, as `/`, and of the assets only those that it names, or that those name. */
export function filesOfPage(
  files: ReadonlyMap<string, PageFile>,
  page: string,
): ReadonlyMap<string, PageFile> {
  const first = files.get(page);
  if (first === undefined) return new Map();
  const needed = new Map([['/', first]]);
  // A map yields what is added while it is walked.
  for (const { body } of needed.values())
    for (const [path, file] of files)
      if (path.startsWith(`/${ASSETS}/`) && body.includes(path.slice(ASSETS.length + 2)))
        needed.set(path, file);
  return needed;
}

/** Beside the program, wherever it was built to or is run from. */
function folderOf(from: string): string | undefined {
  const folder = join(from, FOLDER);
  if (existsSync(join(folder, 'index.html'))) return folder;
  return dirname(from) === from ? undefined : folderOf(dirname(from));
}

function fileOf(path: string, name: string): PageFile {
  const body = readFileSync(path);
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  const cacheControl = dirname(name) === ASSETS ? FOREVER : ASK_FIRST;
  return { body, type: TYPES[extname(name)] as string, etag: `"${hash}"`, cacheControl };
}
