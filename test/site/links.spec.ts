import { describe, expect, test } from '@jest/globals';
import { createMarkdownRenderer } from 'vitepress';
import { siteLinks, targetOf } from '../../docs/.vitepress/links.js';
import { ROOT } from '../../docs/.vitepress/pages.js';
import { slug } from '../../docs/.vitepress/slug.js';

test('a link to a page outside of docs/ leads to its place in the site', () => {
  expect(targetOf('../PROTOCOL.md#5-access', 'docs/security.md')).toMatchObject({
    kind: 'page',
    href: '/reference/protocol.md#5-access',
  });
});

test('a page outside of docs/ links to pages in it', () => {
  expect(targetOf('docs/guides/sse.md', 'README.md')).toMatchObject({ href: '/guides/sse.md' });
});

test('a folder is its README or its index', () => {
  expect(targetOf('libs/hub', 'README.md')).toMatchObject({ href: '/reference/packages/hub.md' });
  expect(targetOf('docs/decisions', 'CONTRIBUTING.md')).toMatchObject({ href: '/decisions/index.md' });
});

test('a file in docs/ that is not a page is served as is', () => {
  expect(targetOf('openapi.yaml', 'docs/http.md')).toEqual({
    kind: 'file',
    href: '/openapi.yaml',
    file: 'docs/openapi.yaml',
  });
});

test('a source leads into the repository if that has an address, and is text if not', () => {
  const [link, from] = ['../deploy/haproxy/haproxy.cfg', 'docs/cluster.md'] as const;
  expect(targetOf(link, from)).toEqual({ kind: 'source' });
  expect(targetOf(link, from, 'https://git.example/ws-hub')).toEqual({
    kind: 'source',
    href: 'https://git.example/ws-hub/tree/HEAD/deploy/haproxy/haproxy.cfg',
  });
});

test.each(['none.md', '../none.yaml', '../../elsewhere.md', '../apps/server/none.ts'])(
  'a link to %s, which is not there, ends the build',
  (link) => {
    expect(() => targetOf(link, 'docs/http.md')).toThrow(`dead link ${link} in docs/http.md`);
  },
);

test.each(['https://example.org/a.md', 'mailto:a@example.org', '#limits', '/guides/sse'])(
  '%s stays as it is',
  (link) => {
    expect(targetOf(link, 'docs/http.md')).toBeUndefined();
  },
);

test.each([
  ['5. Access', '5-access'],
  ['2. hub.v1', '2-hubv1'],
  ['What is promised, and what is not', 'what-is-promised-and-what-is-not'],
  ['`ws-hub send`: its exit codes', 'ws-hub-send-its-exit-codes'],
  ['HUB_SECRET_FILE', 'hub_secret_file'],
])('the heading %s has the name that GitHub gives it', (heading, name) => {
  expect(slug(heading)).toBe(name);
});

describe('a page', () => {
  const served: string[] = [];

  /** What docs/http.md would be if it were this. */
  async function rendered(markdown: string): Promise<string> {
    const renderer = await createMarkdownRenderer(ROOT);
    siteLinks(renderer, (file) => served.push(file));
    const path = `${ROOT}docs/http.md`;
    return renderer.render(markdown, { path, relativePath: 'docs/http.md', cleanUrls: false });
  }

  test('has its links to pages in the form of the site', async () => {
    expect(await rendered('see [the contract](../PROTOCOL.md)')).toContain(
      '<a href="/reference/protocol.html">the contract</a>',
    );
  });

  test('has files of its own beside it', async () => {
    expect(await rendered('for machines: [openapi.yaml](openapi.yaml)')).toContain('href="/openapi.yaml"');
    expect(served).toEqual(['docs/openapi.yaml']);
  });

  test('has the path of a source as code, and other words about it as text', async () => {
    expect(await rendered('[.env.example](../.env.example), [its load balancer](../deploy/haproxy)')).toBe(
      '<p><code>.env.example</code>, its load balancer</p>\n',
    );
  });
});
