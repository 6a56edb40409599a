import { once } from 'node:events';
import { connect } from 'node:net';
import { HUB_V1, TOKEN_PROTOCOL_PREFIX } from '@ws-hub/protocol';
import { handshake } from '@ws-hub/testing';
import { WebSocket } from 'ws';

export const COOKIE = 'hub';
export const ORIGIN = 'https://page.example';
/** More than a request's headers may have. */
const TOO_MUCH = 'x'.repeat(20_000);

const encoded = (token: string) => Buffer.from(token).toString('base64url');
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const offer = (token: string) => ({
  'Sec-WebSocket-Protocol': `${TOKEN_PROTOCOL_PREFIX}${encoded(token)}, ${HUB_V1}`,
});
const query = (token: string) => `/ws?access_token=${token}`;
const plain = (target: string, headers = '', method = 'GET', version = '1.1') =>
  `${method} ${target} HTTP/${version}\r\nHost: hub\r\n${headers}\r\n`;

/** Requests that contain a token, correct and malformed ones of all kinds. */
export const REQUESTS: Readonly<Record<string, (token: string) => string>> = {
  'in the header': (token) => handshake('/ws', bearer(token)),
  'in the header, after a tab': (token) => handshake('/ws', { Authorization: `bearer\t${token}` }),
  'in the header of another scheme': (token) => handshake('/ws', { Authorization: `Basic ${token}` }),
  'in the header of a page': (token) => handshake('/ws', { ...bearer(token), Origin: ORIGIN }),
  'in a subprotocol': (token) => handshake('/ws', offer(token)),
  'in a subprotocol, not encoded': (token) =>
    handshake('/ws', { 'Sec-WebSocket-Protocol': `${TOKEN_PROTOCOL_PREFIX}${token}, ${HUB_V1}` }),
  'in a cookie': (token) => handshake('/ws', { Cookie: `a=b; ${COOKIE}=${token}`, Origin: ORIGIN }),
  'in a cookie of a foreign page': (token) =>
    handshake('/ws', { Cookie: `${COOKIE}=${token}`, Origin: 'https://evil.example' }),
  'in the query': (token) => handshake(query(token)),
  'in the query of a page': (token) => handshake(query(token), { Origin: ORIGIN }),
  'in the query, encoded': (token) =>
    handshake(query(token.replaceAll('.', '%2E').replaceAll('-', '%2d').replaceAll('_', '%5F'))),
  'in the query of a whole URL': (token) => handshake(`http://hub${query(token)}`),
  'in the query for a channel that it may not hear': (token) => handshake(`${query(token)}&channel=secret`),
  'in the query for a channel that is none': (token) => handshake(`${query(token)}&channel=a..b`),
  'in two places, not the same': (token) => handshake(query(`other-${token}`), bearer(token)),
  'for another path': (token) => handshake(`/nowhere?access_token=${token}`, bearer(token)),
  'for a path with a slash too many': (token) => handshake(`/ws/?access_token=${token}`),
  'with a wrong version': (token) => handshake(query(token), { 'Sec-WebSocket-Version': '8' }),
  'with a wrong key': (token) => handshake(query(token), { ...bearer(token), 'Sec-WebSocket-Key': 'x' }),
  'with a body': (token) => handshake(query(token), { ...bearer(token), 'Content-Length': '3' }),
  'without a Host': (token) => handshake(query(token), { Host: undefined }),
  'in a POST': (token) => handshake(query(token), bearer(token), 'POST'),
  'without an upgrade': (token) => plain(query(token), `Authorization: Bearer ${token}\r\n`),
  'without an upgrade, in a POST': (token) => plain(query(token), '', 'POST'),
  'in a method that is none': (token) => plain(query(token), '', 'BREW'),
  'in a TRACE': (token) =>
    plain(`/healthz?access_token=${token}`, `Authorization: Bearer ${token}\r\n`, 'TRACE'),
  'in a CONNECT': (token) => plain(`hub:80?access_token=${token}`, '', 'CONNECT'),
  'to a guarded route': (token) => plain('/who', `Authorization: Bearer ${token}\r\n`),
  'in the query of a guarded route': (token) => plain(`/who?access_token=${token}`),
  'on a path that nobody has': (token) =>
    plain(`/nowhere?access_token=${token}`, `Cookie: ${COOKIE}=${token}\r\n`),
  'on a path that is no URL': (token) => plain(`/%zz?access_token=${token}`),
  'as a path': (token) => plain(`/${token}`),
  'on the health page': (token) =>
    plain(`/healthz?access_token=${token}`, `Authorization: Bearer ${token}\r\n`),
  'with headers that are too large': (token) =>
    plain(query(token), `Authorization: Bearer ${token}\r\nX-Much: ${TOO_MUCH}\r\n`),
  'that is too large itself': (token) => handshake('/ws', bearer(token + TOO_MUCH)),
  'in a URL that is too long': (token) => handshake(query(token + TOO_MUCH)),
  'with too many headers': (token) => handshake('/ws', { ...bearer(token), ...manyHeaders() }),
  'in HTTP/9.9': (token) => plain(query(token), '', 'GET', '9.9'),
  'in HTTP/1.0': (token) => plain(query(token), `Authorization: Bearer ${token}\r\n`, 'GET', '1.0'),
  'in what is no HTTP': (token) => `${token}\r\n\r\n`,
  'in a header without a colon': (token) => plain('/ws', `Authorization Bearer ${token}\r\n`),
  'in a header with a forbidden byte': (token) => plain('/ws', `Authorization: Bearer ${token}\0\r\n`),
  'in the name of a header': (token) => plain('/ws', `${token}: x\r\n`),
  'twice in one piece': (token) => plain(query(token)) + plain(query(token)),
};

function manyHeaders(): Record<string, string> {
  return Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`X-${at}`, 'x']));
}

/** Messages of a hub.v1 client that contain a token. */
export const CONVERSATIONS: Readonly<Record<string, (token: string) => readonly string[]>> = {
  'in a hello': (token) => [say({ type: 'hello', token })],
  'in a hello with a bad session': (token) => [say({ type: 'hello', token, session: token })],
  'in a hello with a bad cursor': (token) => [say({ type: 'hello', token, since: token })],
  'in a hello that is no JSON': (token) => [`{"type":"hello","token":"${token}`],
  'in a hello that is too long': (token) => [say({ type: 'hello', token: token + TOO_MUCH })],
  'in a hello as a list': (token) => [say({ type: 'hello', token: [token] })],
  'in place of a hello': (token) => [token],
  'as a type': (token) => [say({ type: token })],
  'in an auth before the hello': (token) => [say({ type: 'auth', token })],
  'in an auth': (token) => [say({ type: 'hello', token }), say({ type: 'auth', token })],
  'in an auth of somebody else': (token) => [say({ type: 'hello' }), say({ type: 'auth', token })],
  'in an auth as an object': (token) => [
    say({ type: 'hello', token }),
    say({ type: 'auth', token: { token } }),
  ],
  'in an auth that is no JSON': (token) => [
    say({ type: 'hello', token }),
    `{"type":"auth","token":"${token}`,
  ],
};

const say = (message: object) => JSON.stringify(message);

/** Sends bytes, and waits for the first of the response or the end. */
export async function request(port: number, text: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const answered = new Promise<void>((resolve) => socket.once('data', () => resolve()));
  socket.on('error', () => socket.destroy());
  socket.write(text);
  await Promise.race([answered, closed]);
  socket.destroy();
  await closed;
}

/** Sends one line after the other, each after the answer to the previous one, until the end. */
export async function converse(url: string, lines: readonly string[]): Promise<void> {
  const socket = new WebSocket(url, [HUB_V1]);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await once(socket, 'open');
  for (const line of lines) {
    const answered = new Promise<void>((resolve) => socket.once('message', () => resolve()));
    socket.send(line);
    await Promise.race([answered, closed]);
  }
  socket.terminate();
  await closed;
}

/** All texts that reveal a token: itself, each part of it, and either of them in another encoding. */
export function tracesOf(token: string): readonly string[] {
  const parts = [token, ...token.split('.')];
  return parts.flatMap((part) => [part, encoded(part).slice(0, -2), encodeURIComponent(part)]);
}
