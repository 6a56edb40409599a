import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { HubService } from '@ws-hub/nestjs';
import { Certificates, chromiumPath, KeyFile, onPath } from '@ws-hub/testing';
import { type Browser, chromium } from 'playwright-core';
import { startHub, type TestHub } from '../apps/server/test/start-hub.js';
import { servePage } from './browser/page-server.js';
import { Haproxy } from './streams/haproxy.js';

/** More than a browser opens to one origin over HTTP/1.1. */
const STREAMS = 20;

// Tests of browser.e2e-spec.ts and containers.spec.ts require both where CI is set.
const haproxy = onPath('haproxy');
const withBoth = chromiumPath === undefined || haproxy === undefined ? describe.skip : describe;

withBoth('pages behind an HTTP/2 proxy', () => {
  let certificates: Certificates;
  let hub: TestHub;
  let proxy: Haproxy;
  let browser: Browser;
  let pages: { url: string; server: Server };
  beforeAll(async () => {
    certificates = new Certificates();
    hub = await startHub('--api-keys-file', new KeyFile().path);
    const certificate = certificates.sign('localhost', 'IP:127.0.0.1');
    proxy = await Haproxy.before(hub.port, haproxy as string, certificate);
    browser = await chromium.launch({ executablePath: chromiumPath as string, args: ['--no-sandbox'] });
    pages = await servePage();
  });
  afterAll(async () => {
    pages.server.close();
    await browser.close();
    await proxy.end();
    await hub.close();
    certificates.end();
  });

  test(`have ${STREAMS} streams at a time, each of which brings what is said at once`, async () => {
    const page = await browser.newPage({ ignoreHTTPSErrors: true });
    await page.goto(pages.url);
    await page.evaluate(`
      globalThis.welcomes = 0;
      globalThis.heard = [];
      for (let n = 0; n < ${STREAMS}; n++) {
        const source = new EventSource('${proxy.url}/v1/events?channel=c' + n);
        source.addEventListener('welcome', () => welcomes++);
        source.onmessage = ({ data }) => heard.push(JSON.parse(data).channel);
      }
    `);
    await page.waitForFunction(`welcomes === ${STREAMS}`);
    const service = hub.app.get(HubService, { strict: false });
    const channels = Array.from({ length: STREAMS }, (_, n) => `c${n}`);
    for (const channel of channels) await service.publish(channel, 'now');
    await page.waitForFunction(`heard.length === ${STREAMS}`);
    expect((await page.evaluate<string[]>('heard')).toSorted()).toEqual(channels.toSorted());
    await page.close();
  });
});
