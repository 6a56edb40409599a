import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chromiumPath, type Program, startHubProgram } from '@ws-hub/testing';
import { type Browser, chromium, type Page } from 'playwright-core';
import { excessWidth, lookAt, VIEWS, Witness } from './browser-page.js';
import { type ConsoleServer, serveConsole } from './console-server.js';
import { answer, LOOKS_AT } from './looks.js';

const MAX_GZIPPED = 60 * 1_024;
const BUILT = new URL('../../dist/console/', import.meta.url);
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];
const NOTICE = 'no Chromium on PATH, so the console was not looked at: apt-get install chromium';
if (chromiumPath === undefined) process.stderr.write(`${NOTICE}\n`);

test('a Chromium is there, where CI is set', () => {
  expect({ isMissing: chromiumPath === undefined && Boolean(process.env.CI), NOTICE }).toMatchObject({
    isMissing: false,
  });
});

test('all that the console loads, on whichever of its pages, has 60 KB at most', () => {
  const files = filesOf('index.html');
  expect(files.filter((name) => name.endsWith('.js')).length).toBeGreaterThan(1);
  const sizes = files.map((name) => gzipSync(readFileSync(new URL(name, BUILT))).length);
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(MAX_GZIPPED);
});

/** A page and all files that it refers to, transitively. */
function filesOf(page: string): string[] {
  const assets = readdirSync(new URL('assets', BUILT)).map((name) => `assets/${name}`);
  const needed = new Set([page]);
  // A Set yields items that are added during the iteration.
  for (const name of needed) {
    const text = readFileSync(new URL(name, BUILT), 'utf8');
    for (const asset of assets) if (text.includes(asset.slice('assets/'.length))) needed.add(asset);
  }
  return [...needed];
}

const inChromium = chromiumPath === undefined ? describe.skip : describe;

inChromium('in a browser', () => {
  let browser: Browser;
  let server: ConsoleServer;
  let hub: Program;
  let session = { needsPassword: true, isOpen: true };

  beforeAll(async () => {
    const [program, launched] = await Promise.all([
      startHubProgram(),
      chromium.launch({ executablePath: chromiumPath as string, args: ['--no-sandbox'] }),
    ]);
    ({ hub } = program);
    browser = launched;
    server = await serveConsole(
      (method, path, query) => (path === '/session' ? session : answer(method, path, query)),
      program.port,
    );
  });
  afterAll(async () => {
    await browser.close();
    server.close();
    await hub.kill();
  });

  async function open(path: string): Promise<{ page: Page; witness: Witness }> {
    const page = await browser.newPage({ viewport: { width: 1_440, height: 900 }, reducedMotion: 'reduce' });
    const witness = new Witness(page, server.origin);
    await page.goto(server.origin + path);
    await page.evaluate(AXE);
    return { page, witness };
  }

  /** What axe finds, light and dark, wide and narrow. */
  async function faultsOf(page: Page, name: string): Promise<string[]> {
    const faults: string[] = [];
    for (const [width, colorScheme] of VIEWS) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      const found: string[] = await page.evaluate(
        `axe.run(document, { runOnly: ${JSON.stringify(RULES)}, resultTypes: ['violations'], preload: false }).then(({ violations }) =>
          violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).slice(0, 3).join(' ')))`,
      );
      const excess = await excessWidth(page);
      if (excess > 0) found.push(`${excess} px too wide`);
      faults.push(...found.map((fault) => `${name}, ${width} px, ${colorScheme}: ${fault}`));
    }
    return faults;
  }

  test('no page of the console has a fault, runs what others have chosen, or asks another host', async () => {
    const { page, witness } = await open('/');
    const faults: string[] = [];
    for (const look of LOOKS_AT) {
      await lookAt(page, look);
      faults.push(...(await faultsOf(page, look.name)));
    }
    session = { needsPassword: true, isOpen: false };
    await page.reload();
    await page.evaluate(AXE);
    await page.getByLabel('Password').waitFor();
    faults.push(...(await faultsOf(page, 'login')));
    session = { needsPassword: true, isOpen: true };
    expect(faults).toEqual([]);
    expect(witness.complaints).toEqual([]);
    await page.close();
  });

  test('on the playground two clients talk by themselves; one that was cut off receives what it missed, or learns that it is lost', async () => {
    const { page, witness } = await open('/playground.html');
    const of = (name: string) => page.getByRole('region', { name, exact: true });
    const [heard, frames] = [of('Bob: messages'), of('Bob: frames')];
    const meanwhile = /This is sent meanwhile/;
    /** Disconnects Bob until Alice has published; the page itself restores the connection a little later. */
    const cutBob = async (times: number) => {
      await page.getByRole('button', { name: 'Cut the connection of Bob' }).click();
      await of('Alice: messages')
        .getByText(meanwhile)
        .nth(times - 1)
        .waitFor();
      await page.evaluate(`document.querySelector('.try-strong')?.click()`);
    };
    await heard.getByText('Hello Bob, do you hear me?').waitFor();
    await of('Alice: messages').getByText('Loud and clear, Alice.').waitFor();
    expect(await faultsOf(page, 'playground')).toEqual([]);
    await page.getByLabel('Say something as Alice').fill('live');
    await page.getByRole('button', { name: 'Say it as Alice' }).click();
    await heard.getByText('live', { exact: true }).waitFor();

    await cutBob(1);
    await frames.getByText('end of the replay, live from here on').waitFor();
    expect(await frames.getByText('nothing was lost: the replay follows').count()).toBe(1);
    expect(
      await heard.getByRole('listitem').filter({ hasText: meanwhile }).getByText('replayed').count(),
    ).toBe(1);

    await page.getByLabel('Dialect of Bob').selectOption('plain');
    await frames.getByText('the client disconnects').waitFor();
    await frames.getByText(/^connect to [^,]*$/).waitFor();
    await cutBob(2);
    await heard.getByText('plain has no replay').waitFor();
    expect(await heard.getByText(meanwhile).count()).toBe(1);
    // The end of the previous client is not among the frames of the next one.
    expect(await frames.getByText('the connection ended with').count()).toBe(0);
    expect(witness.complaints).toEqual([]);
    await page.close();
  });
});
