import type { Server } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { chromiumPath, V1Client } from '@ws-hub/testing';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { startHubIn, type TestHub } from '../apps/server/test/start-hub.js';
import { servePage } from './browser/page-server.js';
import { JWT_SECRET, LISTENING, signToken } from './tokens.js';

// A test of browser.e2e-spec.ts requires Chromium where CI is set.
const inChromium = chromiumPath === undefined ? describe.skip : describe;

/** How the page's own WebSocket ended: whether it opened first, and its close code. */
interface Ended {
  readonly opened: boolean;
  readonly code: number;
}

inChromium('a page in a browser', () => {
  let browser: Browser;
  let context: BrowserContext;
  let pages: { url: string; server: Server };
  let hub: TestHub;
  let page: Page;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath as string, args: ['--no-sandbox'] });
    pages = await servePage();
    hub = await startHubIn({
      AUTH: 'required',
      JWT_SECRET,
      AUTH_COOKIE: 'hub_token',
      ALLOWED_ORIGINS: new URL(pages.url).origin,
    });
  });
  afterAll(async () => {
    await hub.close();
    await browser.close();
    pages.server.close();
  });
  beforeEach(async () => {
    context = await browser.newContext();
    page = await context.newPage();
    await page.goto(pages.url);
    await page.waitForFunction('globalThis.page !== undefined');
  });
  afterEach(() => context.close());

  /** The page's first message, with nothing but the browser's own WebSocket. */
  const firstHeard = (url: string, protocols: string[] = []) =>
    page.evaluate(
      `new Promise((resolve) => {
        const socket = new WebSocket(${JSON.stringify(url)}, ${JSON.stringify(protocols)});
        socket.onopen = () => socket.protocol === 'hub.v1' && socket.send('{"type":"hello"}');
        socket.onmessage = ({ data }) => resolve(JSON.parse(data));
        globalThis.opened = new Promise((open) => socket.addEventListener('open', open));
      })`,
    );
  const ended = (url: string): Promise<Ended> =>
    page.evaluate(
      `new Promise((resolve) => {
        const socket = new WebSocket(${JSON.stringify(url)});
        let opened = false;
        socket.onopen = () => { opened = true; };
        socket.onclose = ({ code }) => resolve({ opened, code });
      })`,
    );

  test('is identified by its cookie', async () => {
    const cookie = {
      name: 'hub_token',
      value: await signToken('alice'),
      url: hub.url.replace('ws:', 'http:'),
    };
    await context.addCookies([cookie]);
    expect(await firstHeard(hub.url, ['hub.v1'])).toMatchObject({ type: 'welcome', user: 'alice' });
  });

  test('is identified by its query, which is all that a plain page has', async () => {
    const heard = firstHeard(`${hub.url}?access_token=${await signToken('alice', { rights: LISTENING })}`);
    await page.evaluate('globalThis.opened');
    const greeter = await V1Client.join(hub.url, { token: await signToken('greeter') });
    greeter.publish('greeting', 'welcome');
    expect(await heard).toMatchObject({ content: 'welcome' });
  });

  test('is identified by a subprotocol that is never selected', async () => {
    const offer = `hub.token.${Buffer.from(await signToken('alice')).toString('base64url')}`;
    expect(await firstHeard(hub.url, [offer, 'hub.v1'])).toMatchObject({ type: 'welcome', user: 'alice' });
  });

  test.each([
    ['is bad', 4401, async () => 'nonsense'],
    ['is expired', 4410, () => signToken('alice', { lifeMs: -60_000 })],
    ['allows nothing', 4403, () => signToken('alice', { rights: [] })],
  ])('whose token %s reads the close code %d', async (_what, code, make) => {
    expect(await ended(`${hub.url}?access_token=${await make()}`)).toEqual({ opened: true, code });
  });

  test('with the client library sends its token, and learns its user', async () => {
    const token = await signToken('alice');
    await page.evaluate(`page.open(${JSON.stringify({ url: hub.url, token })})`);
    expect(await page.evaluate('page.user()')).toBe('alice');
  });
});
