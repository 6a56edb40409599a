import type { DefaultTheme } from 'vitepress';
import { linksTo } from './navigation.js';

/** What stands above docs/index.md on the front page of the site; on GitHub that page has only its table. */
export const HERO = {
  name: 'ws-hub',
  text: 'A self-hosted WebSocket broadcast hub',
  tagline:
    'What one client says, every other client receives: once, in one order, and never its own words back.',
};

const FEATURES: readonly (readonly [title: string, file: string, details: string])[] = [
  [
    'Any WebSocket client',
    'docs/concepts/messages.md',
    'Text in, envelopes out. No library is needed. Backends publish over HTTP, pages listen to event streams.',
  ],
  [
    'Nothing lost, nothing twice',
    'docs/concepts/resume.md',
    'hub.v1 clients resume after a broken connection. The hub replays what they missed, or announces a gap.',
  ],
  [
    'Many hubs, one log',
    'docs/concepts/cluster.md',
    'With NATS JetStream any number of hubs serve one conversation, without sticky sessions.',
  ],
  [
    'Limits in every direction',
    'docs/concepts/limits.md',
    'Slow readers are closed, fast publishers are paused. Each limit has a name, a default and a test.',
  ],
  [
    'Tokens and rights',
    'docs/concepts/access.md',
    'Your backend issues tokens. They say who may listen and publish, and on which channels.',
  ],
  [
    'In your Nest application',
    'libs/nestjs/README.md',
    'The hub is a module, on Express or Fastify. The standalone server is built from it.',
  ],
];

/** Frontmatter of the front page. Biome would break it in the page itself. */
export function home(): { layout: 'home'; hero: object; features: object[] } {
  return {
    layout: 'home',
    hero: { ...HERO, actions: actions() },
    features: FEATURES.map(([title, file, details]) => ({ title, details, ...linksTo(title, file)[0] })),
  };
}

/** The buttons; the first one stands out. */
function actions(): (DefaultTheme.NavItemWithLink & { theme: 'brand' | 'alt' })[] {
  const links = [
    ...linksTo('Start here', 'docs/start.md'),
    ...linksTo('Concepts', 'docs/concepts/messages.md'),
    ...linksTo('Protocol', 'PROTOCOL.md'),
  ];
  return links.map((link, index) => ({ ...link, theme: index === 0 ? 'brand' : 'alt' }));
}
