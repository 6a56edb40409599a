import { type Attack, HTTP_IS_ON } from '../attack.js';
import { by, HttpSocket, type Request } from '../http-socket.js';
import { within } from '../load.js';
import { faultsOf } from '../statuses.js';

const PATIENCE_MS = 5_000;
const ROUNDS = { short: 1, long: 50 };
const PATH = '/v1/channels/wrong/messages';
const JSON_TYPE = 'application/json';

/** A request, and its allowed statuses; 200 where the hub need not reject it. */
type Row = readonly [what: string, request: Request, ...statuses: number[]];

function post(path: string, type: string | undefined, body: string | Buffer, more: object = {}): Request {
  const headers = { ...by('wrong'), ...(type !== undefined && { 'Content-Type': type }), ...more };
  return { method: 'POST', path, headers, body };
}

const TYPES = [
  'application/xml',
  'text/html',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  'application/octet-stream',
  'application/jsonx',
  'text/plain; charset=utf-16',
  'application/json; charset=utf-16le',
  ';;;',
  'text',
  '__proto__',
  'x'.repeat(1_000),
];
const JSONS = [
  '',
  'null',
  'true',
  '1',
  '"x"',
  '[]',
  '{}',
  '{"content":"x"',
  '{"content":1}',
  '{"content":null}',
  '{"content":{"toString":1}}',
  '{"content":["x"]}',
  '{"content":"x","key":1}',
  '{"content":"x","key":""}',
  '{"content":"x","key":"a b"}',
  `{"content":"x","key":"${'k'.repeat(65)}"}`,
  '{"content":"\\ud800"}',
  '{"content":"x\u0000',
  '{"content":"x"}}',
  "{'content':'x'}",
  'NaN',
  '{"__proto__":{"content":"x"}}',
  '{"constructor":{"prototype":{"content":"x"}}}',
];
const HARMLESS = [
  '{"content":"a","content":"b"}',
  '{"content":"x","__proto__":{"isAdmin":true}}',
  '{"content":"x","constructor":{"prototype":{"isAdmin":true}}}',
  '{"content":"x","unknown":[1e999,-0,{}]}',
  '\ufeff{"content":"x"}',
];
const LISTS = [
  '{}',
  '[]',
  'null',
  '"x"',
  `[${Array(101).fill('{"channel":"wrong","content":"x"}').join(',')}]`,
  `[${Array(100_000).fill('1').join(',')}]`,
];
/** Either each item has its own answer, or the list has one. */
const BAD_ITEMS =
  '[1,null,[],{},{"channel":"wrong"},{"channel":1,"content":"x"},{"channel":"","content":"x"}]';
const NOT_UTF8 = Buffer.from([0x61, 0xff, 0xfe, 0x62]);
const QUERIES = ['after=x', 'limit=-1', 'limit=1e9', 'limit=x', 'limit=1&limit=2', 'limit=%ff'];
const CHANNELS = ['%', '%ff', '%00', '%20', 'a%2Fb', '*', '%3E', '..%2f..', 'x'.repeat(300), '%ud800'];
const KEYS = ['', 'a b', 'k'.repeat(65), '""', '"', '\u00e9'];
const METHODS = ['PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND'];
const PATHS = ['/v1', '/v1/', '/v1/nothing', '/v1//messages', '/v1/messages/', '/v1/__proto__', '/v1/%'];
const ADMIN = ['null', '[]', '{"user":1}', '{"user":"a","client_id":"b"}', '{"client_id":"a","code":"x"}'];

const get = (path: string): Request => ({ path, headers: by('wrong') });

const ROWS: readonly Row[] = [
  ...TYPES.map((type): Row => [`type ${type}`, post(PATH, type, 'x'), 400, 415]),
  ['no type', post(PATH, undefined, 'x'), 400, 415],
  ['gzip', post(PATH, 'text/plain', 'x', { 'Content-Encoding': 'gzip' }), 400, 415],
  ...JSONS.map((body): Row => [`body ${body}`, post(PATH, JSON_TYPE, body), 400]),
  ...HARMLESS.map((body): Row => [`body ${body}`, post(PATH, JSON_TYPE, body), 200, 400]),
  [
    'JSON that is no UTF-8',
    post(PATH, JSON_TYPE, Buffer.concat([Buffer.from('{"content":"'), NOT_UTF8])),
    400,
  ],
  ['text that is no UTF-8', post(PATH, 'text/plain', NOT_UTF8), 400, 415],
  ...LISTS.map((body): Row => [`list ${body.slice(0, 20)}`, post('/v1/messages', JSON_TYPE, body), 400, 413]),
  ['bad items', post('/v1/messages', JSON_TYPE, BAD_ITEMS), 200, 400],
  ['a list as text', post('/v1/messages', 'text/plain', '[]'), 400, 415],
  ...QUERIES.map((query): Row => [`query ${query}`, get(`${PATH}?${query}`), 400]),
  ...CHANNELS.map(
    (name): Row => [
      `channel ${name}`,
      post(`/v1/channels/${name}/messages`, 'text/plain', 'x'),
      400,
      404,
      414,
    ],
  ),
  ...KEYS.map(
    (key): Row => [`key ${key}`, post(PATH, 'text/plain', 'x', { 'Idempotency-Key': key }), 200, 400],
  ),
  ['two keys', post(PATH, JSON_TYPE, '{"content":"x","key":"a"}', { 'Idempotency-Key': 'b' }), 400],
  ...METHODS.map((method): Row => [method, { ...get(PATH), method }, 404, 405]),
  ...PATHS.map((path): Row => [`path ${path}`, get(path), 400, 404, 405]),
  ...ADMIN.flatMap((body): Row[] => [
    [`disconnect ${body}`, post('/v1/disconnect', JSON_TYPE, body), 400],
    [`revocation ${body}`, post('/v1/revocations', JSON_TYPE, body.replace('client_id', 'until')), 400],
  ]),
  ['a body where none is wanted', { ...get('/v1/info'), body: 'x' }, 200, 400, 415],
  ['channels of strange names', get('/v1/channels?prefix=%ff&cursor=%00'), 200, 400],
];

/** Never a response in another format, never a 500. */
export const wrongTypes: Attack = {
  finding: '15.3',
  name: `${ROWS.length} requests that are wrong in one way each`,
  env: HTTP_IS_ON,
  hasApiKeys: true,
  async run({ port, long, begin }) {
    await begin();
    const broken = new Set<string>();
    for (let round = 0; round < (long ? ROUNDS.long : ROUNDS.short); round++)
      for (const fault of await askAll(port)) broken.add(fault);
    return [...broken];
  },
};

async function askAll(port: number): Promise<string[]> {
  const faults: string[] = [];
  let socket = await HttpSocket.open(port);
  for (const [what, request, ...statuses] of ROWS) {
    if (!socket.isOpen) socket = await HttpSocket.open(port);
    const answer = await within(PATIENCE_MS, socket.ask(request));
    const isClosing = answer === undefined || answer.head.includes('\r\nconnection: close');
    if (isClosing) socket.socket.destroy();
    if (answer?.status !== 200 || !statuses.includes(200))
      faults.push(...faultsOf(what, answer, ...statuses));
  }
  socket.socket.destroy();
  return faults;
}
