import { readFileSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { defineConfig } from 'vitepress';
import { deadLinks } from './dead-links.js';
import { fences } from './fences.js';
import { home } from './home.js';
import { siteLinks } from './links.js';
import { nav, sidebar } from './navigation.js';
import { NOT_IN_SITE, pageOf, ROOT } from './pages.js';
import { slug } from './slug.js';
import { wordBreaks } from './word-breaks.js';

const { description, repository } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  description: string;
  repository?: { url: string };
};
const { GITHUB_SERVER_URL, GITHUB_REPOSITORY } = process.env;
const built = GITHUB_REPOSITORY === undefined ? undefined : `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}`;
/** From `git+https://host/name.git`, as npm writes it; else that of the workflow that builds the site; else nothing. */
const address = repository?.url.replace(/^git\+/, '').replace(/\.git$/, '') ?? built;
/** Files below docs/ that pages link to, such as openapi.yaml. */
const files = new Set<string>();

/** The README is the repository's front page; what it says is found in the site's own pages. */
const NOT_SEARCHED = new Set(['README.md']);

export default defineConfig({
  title: 'ws-hub',
  description,
  lang: 'en',
  // No icon: browsers ask for none then.
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  srcDir: '..',
  srcExclude: NOT_IN_SITE,
  rewrites: (file) => pageOf(file) ?? file,
  outDir: '../dist/site',
  cacheDir: '../node_modules/.cache/vitepress',
  ignoreDeadLinks: 'localhostLinks',
  markdown: {
    anchor: { slugify: slug },
    config(markdown) {
      siteLinks(markdown, (file) => files.add(file), address);
      fences(markdown);
      wordBreaks(markdown);
    },
  },
  themeConfig: {
    nav: nav(),
    sidebar: sidebar(),
    outline: [2, 3],
    search: {
      provider: 'local',
      options: {
        _render: (source, env, markdown) =>
          NOT_SEARCHED.has(env.relativePath) ? '' : markdown.render(source, env),
      },
    },
    ...(address === undefined ? {} : { socialLinks: [{ icon: 'github', link: address }] }),
  },
  transformPageData(page) {
    if (page.relativePath === 'index.md') page.frontmatter = home();
  },
  vite: {
    // The index of the search and the parts of Mermaid are large, and loaded when they are needed.
    build: { chunkSizeWarningLimit: 2_000 },
    // The root is that of the repository: other pages in it, such as the console's, are not the site's.
    optimizeDeps: { entries: ['docs/.vitepress/theme/index.ts'] },
  },
  async buildEnd({ outDir, site }) {
    for (const file of files) {
      const to = join(outDir, file.slice('docs/'.length));
      await mkdir(dirname(to), { recursive: true });
      await copyFile(join(ROOT, file), to);
    }
    const dead = deadLinks(outDir, site.base);
    if (dead.length > 0) throw new Error(`dead links:\n${dead.join('\n')}`);
  },
});
