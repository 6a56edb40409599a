import type { ComponentType } from 'preact';
import { Channels } from './pages/channels.js';
import { Clients } from './pages/clients.js';
import { Events } from './pages/events.js';
import { Explain } from './pages/explain.js';
import { Hubs } from './pages/hubs.js';
import { Overview } from './pages/overview.js';
import { Slow } from './pages/slow.js';
import { Tap } from './pages/tap.js';
import { Token } from './pages/token.js';
import { Try } from './pages/try.js';

export interface PageRow {
  readonly path: string;
  /** Its heading and its name in the navigation. */
  readonly title: string;
  readonly component: ComponentType;
}

/** All pages, in the order of the navigation: what is, then what can be looked into. */
export const PAGES: readonly { readonly name: string; readonly pages: readonly PageRow[] }[] = [
  {
    name: 'State',
    pages: [
      { path: '/', title: 'Overview', component: Overview },
      { path: '/hubs', title: 'Hubs', component: Hubs },
      { path: '/channels', title: 'Channels', component: Channels },
      { path: '/clients', title: 'Clients', component: Clients },
      { path: '/slow', title: 'Slow consumers', component: Slow },
      { path: '/events', title: 'Events', component: Events },
    ],
  },
  {
    name: 'Look into',
    pages: [
      { path: '/explain', title: 'Explain', component: Explain },
      { path: '/tap', title: 'Live tap', component: Tap },
      { path: '/try', title: 'Try it', component: Try },
      { path: '/token', title: 'Token check', component: Token },
    ],
  },
];

export function pageAt(path: string): PageRow | undefined {
  return PAGES.flatMap(({ pages }) => pages).find((page) => page.path === path);
}
