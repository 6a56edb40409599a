import { type Attack, CONSOLE_IS_ON } from '../attack.js';
import { AttackSocket, frame } from '../attack-socket.js';
import { faultsOfConsole, OPERATOR, signedIn } from '../console-door.js';
import { type Answer, askOnce, type Request } from '../http-socket.js';
import { within } from '../load.js';
import { goodToken, TOKENS_ARE_OPTIONAL } from '../tokens.js';

const PATIENCE_MS = 3_000;
const MARK = 'x-injected';
/** Text that a page would run if it took it for its own. */
const SCRIPT = '</script><script>alert(1)</script>';
/** Users are named by tokens: visible ASCII without a colon. */
const USERS = ['<img/src=x/onerror=alert(1)>', SCRIPT, '"\'><svg/onload=alert(1)>', '{{7*7}}'];
const CONTENTS = [
  SCRIPT,
  `a\r\n${MARK}: 1\r\n\r\n${SCRIPT}`,
  '\u0000\u2028\u2029\u202e',
  'javascript:alert(1)//',
];
const CHANNEL = 'own.mallory';
const POLICY =
  "default-src 'none';script-src 'self';style-src 'self';img-src 'self';connect-src 'self';base-uri 'none';form-action 'none';frame-ancestors 'none'";

export const consoleMarkup: Attack = {
  finding: '16.3',
  name: `markup in ${USERS.length} users, ${CONTENTS.length} contents and in questions, through all views of the console`,
  env: { ...CONSOLE_IS_ON, ...TOKENS_ARE_OPTIONAL, EXPLAIN_MAX_BYTES: '8388608' },
  hasApiKeys: true,
  hasConsole: true,
  async run({ port, adminPort, begin }) {
    const headers = await signedIn(adminPort);
    const ask = (request: Request) =>
      within(
        PATIENCE_MS,
        askOnce(adminPort, { ...request, headers: { ...headers, ...request.headers } }, OPERATOR),
      );
    await begin();
    const tap = tapOf(await ask(asking('POST', '/api/tap', { channel: CHANNEL })));
    const id = await enter(port);
    const views: readonly [view: string, shown: readonly string[]][] = [
      ['clients', USERS],
      ...USERS.map((user): [string, string[]] => [
        `clients?by=user&search=${encodeURIComponent(user)}`,
        [user],
      ]),
      [`tap/${tap}`, CONTENTS],
      [`explain?message=${id}`, []],
      [`explain?message=${encodeURIComponent(SCRIPT)}`, []],
      [`clients?by=${encodeURIComponent(SCRIPT)}`, []],
      [`channels?search=${encodeURIComponent(SCRIPT)}&order=${encodeURIComponent(SCRIPT)}`, []],
      [`tap/${encodeURIComponent(SCRIPT)}`, []],
      ...['channels', 'slow', 'events', 'overview', 'hubs', 'setup'].map((view): [string, string[]] => [
        view,
        [],
      ]),
    ];
    const broken: string[] = [];
    for (const [view, shown] of views)
      broken.push(...faultsOf(view, await ask({ path: `/api/${view}` }), shown));
    const token = await ask(asking('POST', '/api/token', { token: SCRIPT }));
    const page = await ask({ path: '/' });
    return [...broken, ...faultsOf('token', token, []), ...faultsOfPolicy('the page', page)];
  },
};

function asking(method: string, path: string, body: object): Request {
  return { method, path, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
}

/** Connects with each of the names, and sends all contents. @returns the id of the last message */
async function enter(port: number): Promise<string> {
  const tokens = [...USERS, 'mallory'].map((user) => goodToken(user, ['publish'], CHANNEL));
  const sockets = await Promise.all(tokens.map((token) => AttackSocket.join(port, { token, channels: [] })));
  const last = sockets.at(-1)?.socket;
  let answer: string | undefined;
  for (const [at, content] of CONTENTS.entries()) {
    const acked = last?.next('"type":"ack"');
    await last?.write(
      frame(JSON.stringify({ type: 'publish', channel: CHANNEL, key: `key-${at}`, content })),
    );
    answer = await within(PATIENCE_MS, Promise.resolve(acked));
  }
  return String((JSON.parse(answer ?? '{}') as { id?: string }).id);
}

function tapOf(answer: Answer | undefined): string {
  return String((JSON.parse(answer?.text ?? '{}') as { id?: string }).id);
}

/** @param shown texts of attackers that the answer contains unchanged: as data, which the page shows as text */
function faultsOf(view: string, answer: Answer | undefined, shown: readonly string[]): string[] {
  if (answer === undefined) return [`${view}: no answer`];
  const missing = shown.filter((text) => !answer.text.includes(JSON.stringify(text)));
  return [
    ...faultsOfConsole(view, answer),
    ...faultsOfPolicy(view, answer),
    ...missing.map((text) => `${view}: does not have ${JSON.stringify(text)} as it is`),
    ...(answer.status >= 500 ? [`${view}: ${answer.status}`] : []),
  ];
}

function faultsOfPolicy(what: string, answer: Answer | undefined): string[] {
  const { head = '' } = answer ?? {};
  const [, policy] = /\r\ncontent-security-policy: ([^\r]*)/.exec(head) ?? [];
  return [
    ...(policy === POLICY ? [] : [`${what}: its policy is ${policy}`]),
    ...(head.includes(`\r\n${MARK}`) ? [`${what}: a header was made up`] : []),
  ];
}
