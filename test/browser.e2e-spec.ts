import { once } from 'node:events';
import type { Server } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { CuttingProxy, chromiumPath, type Program, startHubProgram, V1Client } from '@ws-hub/testing';
import { type Browser, chromium, type Page } from 'playwright-core';
import { WebSocketServer } from 'ws';
import { servePage } from './browser/page-server.js';

const NOTICE =
  'no Chromium on PATH, so the client library was not tried in a browser: apt-get install chromium';
if (chromiumPath === undefined) process.stderr.write(`${NOTICE}\n`);

test('Chromium is installed, where CI is set', () => {
  expect({ isMissing: chromiumPath === undefined && Boolean(process.env.CI), NOTICE }).toMatchObject({
    isMissing: false,
  });
});

const inChromium = chromiumPath === undefined ? describe.skip : describe;

inChromium('the client library in a browser', () => {
  let browser: Browser;
  let pages: { url: string; server: Server };
  let hub: Program;
  let port: number;
  let url: string;
  let page: Page;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath as string, args: ['--no-sandbox'] });
    pages = await servePage();
  });
  afterAll(async () => {
    await browser.close();
    pages.server.close();
  });
  beforeEach(async () => {
    ({ hub, port, url } = await startHubProgram());
    page = await browser.newPage();
    await load();
  });
  afterEach(async () => {
    await page.close();
    await hub.kill();
  });

  async function load(): Promise<void> {
    await page.goto(pages.url);
    await page.waitForFunction('globalThis.page !== undefined');
  }

  /** Calls a function of the page (test/browser/page.html). */
  const call = <Result>(name: string, ...args: unknown[]): Promise<Result> =>
    page.evaluate(`page.${name}(...${JSON.stringify(args)})`);
  const heard = (count: number) => page.waitForFunction(`page.contents().length >= ${count}`);
  const through = (proxy: CuttingProxy) => `ws://127.0.0.1:${proxy.port}/ws`;

  test('sends and receives in hub.v1', async () => {
    const other = await V1Client.join(url);
    expect(await call('open', { url })).toMatchObject({ dialect: 'hub.v1', recovered: true });
    const { id } = await call<{ id: string }>('publish', 'from a browser: ✓');
    expect(await other.next('message')).toMatchObject({ id, content: 'from a browser: ✓' });
    other.publish('k', 'from elsewhere');
    await heard(1);
    expect(await call('contents')).toEqual(['from elsewhere']);
  });

  test('receives what it missed while it was cut off, and its own messages are stored once', async () => {
    const proxy = await CuttingProxy.before(port);
    const other = await V1Client.join(url);
    await call('open', { url: through(proxy) });
    proxy.cut(true);
    await page.waitForFunction(`page.told.some(([name]) => name === 'disconnected')`);
    for (let n = 0; n < 5; n++) other.publish(`k${n}`, `missed ${n}`);
    await other.take(5);
    const published = call<{ id: string }>('publish', 'said while offline');
    proxy.mend();
    await heard(5);
    expect(await call('contents')).toEqual(Array.from({ length: 5 }, (_, n) => `missed ${n}`));
    const { id } = await published;
    expect(await other.next('message')).toMatchObject({ id, content: 'said while offline' });
    await other.expectNothing();
    await proxy.close();
  });

  test('continues after a reload, as the same client', async () => {
    const other = await V1Client.join(url);
    await call('open', { url });
    await call('publish', 'mine');
    const state = await call<object>('state');
    await load();
    other.publish('k', 'said meanwhile');
    await call('open', { url, ...state });
    await heard(1);
    expect(await call('contents')).toEqual(['said meanwhile']);
    await call('publish', 'mine again');
    const [first, , second] = await other.take(3);
    expect(second).toMatchObject({ client_id: (first as { client_id: string }).client_id });
  });

  test('receives nothing while its iterator is not read, and then fetches all of it', async () => {
    const other = await V1Client.join(url);
    await call('open', { url });
    await call('beginReading');
    for (let n = 0; n < 5_000; n++) {
      other.publish(`k${n}`, String(n));
      if (n % 500 === 499) await other.take(500);
    }
    await hub.event('client_disconnected');
    const contents = await call<string[]>('read', 5_000);
    expect(contents).toEqual(Array.from({ length: 5_000 }, (_, n) => String(n)));
  });

  test('falls back to plain with a hub that only supports plain, and reports it', async () => {
    const plain = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => false });
    await once(plain, 'listening');
    plain.on('connection', (socket) => {
      socket.on('message', () => socket.send('{"client_id":"x","timestamp":1,"content":"plain"}'));
    });
    const { port: plainPort } = plain.address() as { port: number };
    expect(await call('open', { url: `ws://127.0.0.1:${plainPort}/` })).toMatchObject({ dialect: 'plain' });
    expect(await page.evaluate(`page.told.map(([name]) => name)`)).toContain('fallback');
    await call('publish', 'anything');
    await heard(1);
    expect(await call('contents')).toEqual(['plain']);
    for (const socket of plain.clients) socket.terminate();
    plain.close();
  });
});
