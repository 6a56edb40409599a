import type { DefaultTheme } from 'vitepress';
import { exists, pageOf, pagesIn, titleOf } from './pages.js';

type Item = DefaultTheme.SidebarItem;

/** An entry for each of these pages that is there, under its first heading. */
function entries(...files: string[]): Item[] {
  return files.filter(exists).map((file) => ({ text: titleOf(file), link: linkTo(file) }));
}

function linkTo(file: string): string {
  return `/${pageOf(file)?.replace(/(index)?\.md$/, '')}`;
}

/** The pages of a folder: first those that are named, then all others. */
function folder(path: string, ...first: string[]): Item[] {
  const named = first.map((name) => `${path}/${name}.md`);
  return entries(...named, ...pagesIn(path).filter((file) => !named.includes(file)));
}

/** The API of each package, one entry for each of its entry points; made by `npm run docs:api`. */
function api(): Item[] {
  return ['', '/hub-client', '/jetstream', '/nestjs'].flatMap((path) => folder(`docs/reference/api${path}`));
}

const MANUALS = ['protocol', 'hub-client', 'hub', 'jetstream', 'nestjs'].map(
  (name) => `libs/${name}/README.md`,
);

/** The guides by what readers want to do; a guide that no group names is in the last one. */
const GUIDES: Readonly<Record<string, readonly string[]>> = {
  Deploy: ['nginx', 'caddy', 'haproxy', 'cluster-on-one-machine', 'kubernetes'],
  'Control access': ['tokens', 'issue-tokens-nest', 'key-sets', 'api-keys', 'devices', 'site-cookies'],
  Integrate: ['nest', 'sse', 'webhooks', 'write-a-client'],
  Observe: ['console', 'explain', 'monitoring', 'traces'],
};
/** Long pages that read like guides, beside the group that they belong to. */
const BESIDE: Readonly<Record<string, string>> = { Deploy: 'docs/cluster.md', Integrate: 'docs/http.md' };

function guides(): { readonly text: string; readonly items: Item[] }[] {
  const fileOf = (name: string) => `docs/guides/${name}.md`;
  const named = new Set(Object.values(GUIDES).flat().map(fileOf));
  const others = pagesIn('docs/guides').filter((file) => !named.has(file));
  const groups = Object.entries(GUIDES).map(([text, names]) => ({
    text,
    items: entries(...names.map(fileOf), ...[BESIDE[text] ?? []].flat()),
  }));
  return others.length === 0 ? groups : [...groups, { text: 'More', items: entries(...others) }];
}

/** What is in the site, from what lies in the folders. */
export function sidebar(): Item[] {
  return [
    ...entries('docs/start.md'),
    { text: 'Concepts', items: folder('docs/concepts', 'messages', 'resume', 'gaps', 'cluster') },
    { text: 'Guides', items: guides() },
    {
      text: 'Reference',
      items: [
        ...entries('docs/reference/index.md', 'PROTOCOL.md'),
        ...folder('docs/reference'),
        ...entries('docs/http-api.md', 'docs/operations.md'),
        { text: 'Packages', collapsed: true, items: entries(...MANUALS) },
        { text: 'API', collapsed: true, items: api() },
      ],
    },
    ...linksTo('Performance', 'docs/performance.md'),
    ...linksTo('Reliability', 'docs/reliability.md'),
    { text: 'Security', items: entries('docs/security.md', 'SECURITY.md') },
    {
      text: 'Decisions',
      collapsed: true,
      items: [...entries('docs/decisions/index.md'), ...folder('docs/decisions')],
    },
    { text: 'Project', items: entries('docs/architecture.md', 'CONTRIBUTING.md', 'CHANGELOG.md') },
  ];
}

/** The parts that most readers look for, above the pages. */
export function nav(): DefaultTheme.NavItem[] {
  return [
    ...linksTo('Start here', 'docs/start.md'),
    ...linksTo('Concepts', 'docs/concepts/messages.md'),
    {
      text: 'Guides',
      items: guides().map(({ text, items }) => ({
        text,
        items: items.map((item) => ({ text: item.text ?? '', link: item.link ?? '' })),
      })),
    },
    ...linksTo('Reference', 'docs/reference/index.md'),
    ...linksTo('Reliability', 'docs/reliability.md'),
    ...linksTo('Security', 'docs/security.md'),
  ];
}

/** A link with a text of its own, if the page is there. */
export function linksTo(text: string, file: string): { text: string; link: string }[] {
  return exists(file) ? [{ text, link: linkTo(file) }] : [];
}
