import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { HubService } from '@ws-hub/nestjs';
import { chromiumPath, TestClient } from '@ws-hub/testing';
import { EventSource } from 'eventsource';
import { type Browser, chromium } from 'playwright-core';
import { startHubIn, type TestHub } from '../apps/server/test/start-hub.js';
import { servePage } from './browser/page-server.js';
import { CuttingStream } from './streams/cutting-stream.js';
import { ALL_RIGHTS, JWT_SECRET, LISTENING, signToken } from './tokens.js';

/** At how many places a stream is cut: 1,000 with `npm run test:e2e:long`. */
const PLACES = process.env.E2E === 'long' ? 1_000 : 100;
const LONG_MS = 300_000;

// A test of browser.e2e-spec.ts requires Chromium where CI is set.
const inChromium = chromiumPath === undefined ? test.skip : test;

describe('a stream of events that is cut after every message', () => {
  let hub: TestHub;
  let talker: TestClient;
  let witness: TestClient;
  let pages: { url: string; server: Server };
  let browser: Browser | undefined;
  beforeAll(async () => {
    hub = await startHubIn({ AUTH: 'required', JWT_SECRET });
    const url = `${hub.url}?access_token=${await signToken('alice')}`;
    [talker, witness] = [await TestClient.connect(url), await TestClient.connect(url)];
    pages = await servePage();
    if (chromiumPath !== undefined)
      browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    pages.server.close();
    await hub.close();
  });

  /**
   * Publishes so that there is always something to receive: before a cut, while the listener is away, and when it is
   * back.
   *
   * @param listen listens to a URL, and returns the contents of so many messages in the end
   */
  async function cutAndCompare(
    token: string,
    listen: (url: string, messages: number) => Promise<string[]>,
  ): Promise<void> {
    const total = PLACES + 10;
    let said = 0;
    const sayUpTo = (count: number) => {
      while (said < Math.min(count, total)) talker.send(`${said++} ⚡`);
    };
    const proxy = await CuttingStream.before(hub.port, PLACES, () =>
      sayUpTo(proxy.cuts < PLACES ? proxy.cuts + 1 + (proxy.cuts % 5) : total),
    );
    const url = `http://127.0.0.1:${proxy.port}/v1/events?access_token=${token}`;
    const joined = new Promise<void>((resolve) =>
      hub.app.get(HubService, { strict: false }).door.events.attach({ connected: () => resolve() }),
    );
    const listening = listen(url, total);
    await joined;
    sayUpTo(3);
    const heard = await listening;
    const others = (await witness.take(total)).map(({ content }) => content);
    proxy.close();
    expect(heard).toEqual(others);
    expect([proxy.cuts, proxy.cutsInside > PLACES / 2]).toEqual([PLACES, true]);
  }

  function listenInNode(url: string, messages: number): Promise<string[]> {
    const source = new EventSource(url);
    const heard: string[] = [];
    return new Promise((resolve, reject) => {
      source.onmessage = ({ data }) => {
        if (heard.push(JSON.parse(data).content) < messages) return;
        source.close();
        resolve(heard);
      };
      source.onerror = ({ code, message }) => {
        if (source.readyState === source.CLOSED) reject(new Error(`${code}: ${message}`));
      };
    });
  }

  async function listenInPage(url: string, messages: number): Promise<string[]> {
    const page = await (browser as Browser).newPage();
    await page.goto(pages.url);
    await page.evaluate(`
      globalThis.heard = [];
      globalThis.source = new EventSource(${JSON.stringify(url)});
      source.onmessage = ({ data }) => heard.push(JSON.parse(data).content);
    `);
    await page.waitForFunction(`heard.length >= ${messages} || source.readyState === 2`, undefined, {
      timeout: LONG_MS,
    });
    const heard = await page.evaluate<string[]>('heard');
    await page.close();
    return heard;
  }

  test.each([
    ['the positions of the log', ALL_RIGHTS],
    ['proven positions', LISTENING],
  ])(
    'delivers every message once, in the order of a WebSocket, to the package eventsource, by %s',
    async (_what, rights) => cutAndCompare(await signToken('bob', { rights }), listenInNode),
    LONG_MS,
  );

  inChromium(
    'delivers every message once, in the order of a WebSocket, to the EventSource of a page',
    async () => cutAndCompare(await signToken('carol', { rights: LISTENING }), listenInPage),
    LONG_MS,
  );
});
