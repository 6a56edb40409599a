import { type Attack, CONSOLE_IS_ON } from '../attack.js';
import { faultsOfConsole, signedIn } from '../console-door.js';
import { askOnce, by, type Request } from '../http-socket.js';
import { within } from '../load.js';

const PATIENCE_MS = 3_000;
const MARK = 'x-injected';
const ID = 'A'.repeat(43);
const JSON_TYPE = { 'Content-Type': 'application/json' };
const UPGRADE = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

const PATHS = [
  '/api/setup',
  '/%61pi/setup',
  '/api/%73etup',
  '/api%2Fsetup',
  '//api/setup',
  '/./api/setup',
  '/assets/../api/setup',
  '/api/session/../setup',
  '/api/setup;/api/session',
  '/api/setup?/api/session',
  '/API/setup',
  '/api/setup/',
  'http://x/api/setup',
  'http://hub/%61pi/clients',
  '/../../../../etc/passwd',
  '/assets/..%2f..%2f..%2fetc/passwd',
  '/%2e%2e/%2e%2e/package.json',
  '/assets/%00',
  '/%',
  '/v1/info',
  '/%761/info',
  'http://x/v1/info',
  '/v1/channels',
];

/** Headers with which a session does not help: a page of another origin sends its cookie along. */
const FOREIGN: readonly Record<string, string>[] = [
  { Origin: 'http://evil.example' },
  { Origin: 'null' },
  { Origin: 'http://hub.evil.example' },
  { 'Sec-Fetch-Site': 'cross-site' },
  { 'Sec-Fetch-Site': 'same-site' },
  { Host: 'evil example' },
  { Host: 'hub:80:80' },
  { Host: '' },
];
const FORMS = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'];
const CHANGES = ['/api/clients/disconnect', '/api/tap', '/api/token'];
const CR_LF = `%0d%0a${MARK}:%201`;

const PLANTED = [ID, '', '__proto__', `${ID}; ws_hub_console=${ID}`, CR_LF, '"', 'x'.repeat(4_000)].map(
  (id) => ({ Cookie: `ws_hub_console=${id}` }),
);

/** Without a session. */
const STRANGERS: readonly Request[] = [
  ...PATHS.map((path) => ({ path })),
  ...PATHS.map((path) => ({ path, headers: { Host: 'evil.example', ...PLANTED[0] } })),
  ...PLANTED.map((headers) => ({ path: '/api/setup', headers })),
  ...CHANGES.map((path) => ({ method: 'POST', path, headers: JSON_TYPE, body: '{"channel":"main"}' })),
  { path: '/v1/info', headers: by('watch') },
  {
    method: 'POST',
    path: '/v1/channels/main/messages',
    headers: { ...by('stream'), ...JSON_TYPE },
    body: '{}',
  },
  { path: '/ws', headers: UPGRADE },
  { path: '/%77s', headers: UPGRADE },
  { path: '/ws', headers: { ...UPGRADE, ...PLANTED[0] } },
  { path: `/api/setup?a=${CR_LF}` },
  { path: `/${CR_LF}` },
  { path: '/api/setup', headers: { Cookie: `a=${CR_LF}`, 'If-None-Match': `"${CR_LF}"` } },
];

/** With a valid session: none of these is a request of the console's own page. */
const FOREIGN_PAGES: readonly Request[] = [
  ...FOREIGN.map((headers) => ({ path: '/api/setup', headers })),
  ...FOREIGN.map((headers) => ({ path: '/v1/info', headers: { ...by('watch'), ...headers } })),
  ...FOREIGN.map((headers) => ({ path: '/ws', headers: { ...UPGRADE, ...headers } })),
  ...CHANGES.flatMap((path) =>
    FORMS.map((type) => ({
      method: 'POST',
      path,
      headers: { 'Content-Type': type },
      body: '{"channel":"main"}',
    })),
  ),
];

export const consoleRequests: Attack = {
  finding: '16.2',
  name: `${STRANGERS.length + FOREIGN_PAGES.length} requests to the console of strangers and of foreign pages`,
  env: CONSOLE_IS_ON,
  hasApiKeys: true,
  hasConsole: true,
  async run({ adminPort, begin }) {
    const cookie = await signedIn(adminPort);
    await begin();
    const broken: string[] = [];
    for (const request of STRANGERS) broken.push(...(await tryOne(adminPort, request)));
    for (const request of FOREIGN_PAGES) {
      const headers = { ...cookie, ...request.headers };
      broken.push(...(await tryOne(adminPort, { ...request, headers })));
    }
    const own = await askOnce(adminPort, { path: '/api/setup', headers: cookie });
    return own?.status === 200 ? broken : [...broken, `its own page is answered ${own?.status}`];
  },
};

let at = 0;

/** From one address after the other: the limit per second is not tested here. */
async function tryOne(port: number, request: Request): Promise<string[]> {
  const answer = await within(PATIENCE_MS, askOnce(port, request, `127.0.7.${1 + (at++ % 8)}`));
  const { method = 'GET', path, headers } = request;
  const what = `${method} ${path.slice(0, 80)} ${JSON.stringify(headers ?? {}).slice(0, 120)}`;
  if (answer === undefined) return [`${what}: no answer`];
  return [
    ...(answer.status >= 400 && answer.status < 500 ? [] : [`${what}: ${answer.status}`]),
    ...(answer.status === 429 ? [`${what}: was not judged`] : []),
    ...(answer.head.includes(`\r\n${MARK}`) ? [`${what}: a header was made up`] : []),
    ...faultsOfConsole(what, answer),
  ];
}
