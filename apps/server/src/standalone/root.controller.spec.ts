import { afterEach, expect, test } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readConfig } from '@ws-hub/config';
import { bootstrap, listen } from '../bootstrap.js';
import { serverCommand } from '../config/server.config.js';
import { readPageFiles } from './page-files.js';

let app: NestFastifyApplication;
afterEach(() => app.close());

async function start(...flags: string[]): Promise<string> {
  const argv = ['--port=0', '--host=127.0.0.1', '--metrics-port=0', '--log-level=silent', ...flags];
  const config = readConfig(serverCommand, { argv, env: {}, dotenv: {} });
  app = await bootstrap(config);
  return `http://127.0.0.1:${await listen(app, config)}`;
}

test('the root of a hub says what it is and where to connect, and has no page', async () => {
  const url = await start();
  const answer = await fetch(url);
  expect(await answer.text()).toBe('This is ws-hub, a hub for WebSockets: connect to /ws\n');
  expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect((await fetch(url, { method: 'HEAD' })).status).toBe(200);
  const asset = [...readPageFiles().keys()].find((path) => path.startsWith('/assets/'));
  expect((await fetch(`${url}${asset ?? '/assets/x.js'}`)).status).toBe(404);
});

const isBuilt = readPageFiles().size > 0;
const NOTICE = 'the console is not built, so the page at / was not tried: npm run build:console';
if (!isBuilt) process.stderr.write(`${NOTICE}\n`);

test('the console is built, where CI is set', () => {
  expect({ isMissing: !isBuilt && Boolean(process.env.CI), NOTICE }).toMatchObject({ isMissing: false });
});

(isBuilt ? test : test.skip)(
  'the root has the playground and its assets where they are asked for',
  async () => {
    const url = await start('--playground', 'true');
    const page = await fetch(url);
    const html = await page.text();
    expect([page.status, page.headers.get('content-security-policy')]).toEqual([
      200,
      expect.stringContaining("default-src 'none';script-src 'self'"),
    ]);
    const assets = [...html.matchAll(/assets\/[\w.-]+/g)].map(([path]) => path);
    expect(assets.length).toBeGreaterThan(0);
    for (const path of assets) {
      const { status, headers } = await fetch(`${url}/${path}`);
      expect([path, status, headers.get('cache-control')]).toEqual([
        path,
        200,
        expect.stringContaining('immutable'),
      ]);
    }
    const again = await fetch(url, { headers: { 'If-None-Match': page.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
    // The console itself is on the admin port alone.
    const others = [...readPageFiles().keys()].filter((path) => /^\/assets\/console-.*\.js$/.test(path));
    expect(others.length).toBeGreaterThan(0);
    for (const path of others) expect([path, (await fetch(url + path)).status]).toEqual([path, 404]);
    for (const path of ['/index.html', '/assets/..%2findex.html', '/assets/%2e%2e/index.html'])
      expect([path, (await fetch(url + path)).status]).toEqual([path, 404]);
  },
);
