import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chromiumPath } from '@ws-hub/testing';
import { type Browser, chromium } from 'playwright-core';
import { ROOT } from '../../docs/.vitepress/pages.js';
import { excessWidth, VIEWS, Witness } from '../console/browser-page.js';
import { type SiteServer, serveSite } from './site-server.js';

const SITE = join(ROOT, 'dist/site');
/** Two minutes of two busy cores: a bound for what hangs, never a measure. */
const BUILD_TIMEOUT_MS = 240_000;
const DIAGRAM = 'concepts/messages.html';
const PAGES = [
  'index.html',
  DIAGRAM,
  'concepts/resume.html',
  'guides/sse.html',
  'reference/protocol.html',
  'reference/close-codes.html',
  'reference/api/hub-client.html',
  'reference/packages/nestjs.html',
  'reliability.html',
  'security.html',
  'performance.html',
  'decisions/index.html',
];

let output: string;

beforeAll(async () => {
  const { stdout, stderr } = await promisify(execFile)('npm', ['run', '--silent', 'docs:build'], {
    cwd: ROOT,
  });
  output = stdout + stderr;
}, BUILD_TIMEOUT_MS);

test('npm run docs:build ends with 0 and warns of nothing', () => {
  expect(output).toContain('build complete');
  expect(output).not.toMatch(/warn|\(!\)/i);
});

test.each([...PAGES, 'openapi.yaml', 'changelog.html', 'reference/api/nestjs/auth.html'])(
  'has %s',
  (name) => {
    expect(existsSync(join(SITE, name))).toBe(true);
  },
);

test('loads scripts, styles and fonts from its own host', () => {
  const files = readdirSync(SITE, { recursive: true, encoding: 'utf8' });
  const html = files.filter((name) => name.endsWith('.html'));
  const css = files.filter((name) => name.endsWith('.css'));
  const loaded = (name: string, pattern: RegExp) =>
    readFileSync(join(SITE, name), 'utf8').match(pattern) ?? [];
  expect(
    html.flatMap((name) => loaded(name, /<(script|link|img|iframe)\b[^>]*(src|href)="(https?:)?\/\/[^>]*>/g)),
  ).toEqual([]);
  expect(css.flatMap((name) => loaded(name, /(url\(|@import)\s*['"]?(https?:)?\/\/[^)]*/g))).toEqual([]);
});

const NOTICE = 'no Chromium on PATH, so the site was not looked at: apt-get install chromium';
if (chromiumPath === undefined) process.stderr.write(`${NOTICE}\n`);

test('a Chromium is there, where CI is set', () => {
  expect({ isMissing: chromiumPath === undefined && Boolean(process.env.CI), NOTICE }).toMatchObject({
    isMissing: false,
  });
});

const inChromium = chromiumPath === undefined ? describe.skip : describe;

inChromium('in a browser', () => {
  let browser: Browser;
  let server: SiteServer;

  beforeAll(async () => {
    server = await serveSite(SITE);
    browser = await chromium.launch({ executablePath: chromiumPath as string, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser.close();
    server.close();
  });

  /** A page, what it has asked for, and what it must not have done. */
  async function open(name: string, colorScheme: 'light' | 'dark', width = 1_440) {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const witness = new Witness(page, server.origin);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`${server.origin}/${name}`, { waitUntil: 'networkidle' });
    return { page, witness, asked };
  }

  test.each(['light', 'dark'] as const)(
    'a diagram is drawn for %s, and again for the other',
    async (scheme) => {
      const { page, witness } = await open(DIAGRAM, scheme);
      const other = scheme === 'light' ? 'dark' : 'light';
      await page.waitForFunction(isLegible, scheme);
      await page.locator('.VPNavBarAppearance button').click();
      await page.waitForFunction(isLegible, other);
      expect(await page.locator('.diagram svg[aria-roledescription=sequence]').count()).toBe(1);
      expect(witness.complaints).toEqual([]);
      await page.close();
    },
  );

  test('a block that is a file has its name above it', async () => {
    const { page } = await open('guides/webhooks.html', 'light');
    const names = await page.locator('.file-name').allTextContents();
    expect(names).toContain('receiver.mjs');
    expect(await page.locator('.file-name + div[class*=language-]').count()).toBe(names.length);
    await page.close();
  });

  test('Mermaid is loaded by pages with a diagram only', async () => {
    const [plain, drawn] = await Promise.all([open('guides/sse.html', 'light'), open(DIAGRAM, 'light')]);
    await drawn.page.waitForFunction(isLegible, 'light');
    const loads = ({ asked }: { asked: string[] }) => asked.some((url) => url.includes('mermaid'));
    expect({ plain: loads(plain), drawn: loads(drawn) }).toEqual({ plain: false, drawn: true });
    await Promise.all([plain.page.close(), drawn.page.close()]);
  });

  test.each(VIEWS)('no page is wider than %d pixels, %s', async (width, scheme) => {
    const { page, witness } = await open('index.html', scheme, width);
    for (const name of PAGES) {
      await page.goto(`${server.origin}/${name}`);
      expect({ name, excess: await excessWidth(page) }).toEqual({ name, excess: 0 });
    }
    expect(witness.complaints).toEqual([]);
    await page.close();
  });

  test('the search finds a page by a word in it', async () => {
    const { page, witness } = await open('index.html', 'light');
    await page.keyboard.press('Control+k');
    await page.locator('#localsearch-input').fill('Last-Event-ID');
    await page.locator('.VPLocalSearchBox .result', { hasText: 'Event streams' }).first().click();
    await page.waitForURL(/\.html/);
    expect(witness.complaints).toEqual([]);
    await page.close();
  });
});

/** Runs in the page: whether the words of its diagram are dark on light, or light on dark. */
function isLegible(scheme: string): boolean {
  const { document, getComputedStyle } = globalThis as unknown as BrowserPage;
  const word = document.querySelector('.diagram svg .messageText');
  if (word === null) return false;
  const [red = 0, green = 0, blue = 0] = getComputedStyle(word).fill.match(/\d+/g)?.map(Number) ?? [];
  return red + green + blue > 382 === (scheme === 'dark');
}

interface BrowserPage {
  document: { querySelector(selector: string): object | null };
  getComputedStyle(element: object): { fill: string };
}
