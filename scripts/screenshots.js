import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

/**
 * Takes the pictures in docs/images/console from a running hub, such as `npm run demo` under some load:
 *
 *     node scripts/screenshots.js --console http://127.0.0.1:9465 --playground http://127.0.0.1:8080 [--password TEXT]
 *
 * `--chromium` names the browser; `--channel` and `--message` what the live tap and Explain look at; `--token` is what the
 * clients of Try it present, and what Token check checks. pngquant must be on PATH: the pictures are part of the package.
 */
const { values } = parseArgs({
  options: {
    console: { type: 'string', default: 'http://127.0.0.1:9465' },
    playground: { type: 'string', default: 'http://127.0.0.1:8080' },
    password: { type: 'string' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
    channel: { type: 'string', default: 'main' },
    message: { type: 'string', default: '' },
    token: { type: 'string', default: '' },
  },
});

const FOLDER = fileURLToPath(new URL('../docs/images/console/', import.meta.url));
const WIDE = { width: 1_440, height: 900 };
const NARROW = { width: 360, height: 740 };

const PAGES = [
  ['overview', '/'],
  ['hubs', '/hubs'],
  ['channels', '/channels'],
  ['clients', '/clients'],
  ['slow', '/slow'],
  ['events', '/events'],
  ['tap', `/tap?channel=${values.channel}`, 'Start'],
  ['try', '/try', 'Connect'],
  ['token', '/token', ...(values.token === '' ? [] : ['Check'])],
  ...(values.message === '' ? [] : [['explain', `/explain?message=${values.message}`, 'Explain']]),
];

/** Pictures that are also taken dark or narrow, besides light and wide. */
const ALSO = {
  overview: ['dark', 'narrow'],
  playground: ['dark', 'narrow'],
  clients: ['narrow'],
};

const browser = await chromium.launch({ executablePath: values.chromium, args: ['--no-sandbox'] });
await mkdir(FOLDER, { recursive: true });
const page = await browser.newPage({ viewport: WIDE, reducedMotion: 'reduce' });
await takePlayground();
await takeConsole();
await browser.close();

async function takePlayground() {
  await page.goto(values.playground);
  await page.getByText('Loud and clear, Alice.').first().waitFor();
  await page.getByRole('button', { name: 'Cut the connection of Bob' }).click();
  await page.getByText('end of the replay').first().waitFor();
  await take('playground');
}

async function takeConsole() {
  await page.goto(values.console);
  if (values.password !== undefined) {
    await page.getByLabel('Password').waitFor();
    await take('login');
    await page.getByLabel('Password').fill(values.password);
    await page.keyboard.press('Enter');
  }
  for (const [name, path, press] of PAGES) {
    await page.evaluate(`location.hash = ${JSON.stringify(path)}`);
    const main = page.locator('main');
    await main.getByText('Loading…').first().waitFor({ state: 'detached' });
    if (values.token !== '')
      for (const field of await main.getByLabel(/^Token/).all()) await field.fill(values.token);
    if (press !== undefined) await main.getByRole('button', { name: press, exact: true }).first().click();
    // The pages ask every two seconds; this is long enough for figures to be there.
    await page.waitForTimeout(3_000);
    await take(name);
  }
}

async function take(name) {
  await shoot(name, WIDE, 'light');
  for (const kind of ALSO[name] ?? []) {
    if (kind === 'dark') await shoot(`${name}-dark`, WIDE, 'dark');
    else await shoot(`${name}-narrow`, NARROW, 'light');
  }
  await page.setViewportSize(WIDE);
}

async function shoot(name, viewport, colorScheme) {
  await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme });
  const path = `${FOLDER}${name}.png`;
  await page.screenshot({ path });
  execFileSync('pngquant', ['--force', '--strip', '--nofs', '--speed', '1', '--output', path, '16', path]);
}
