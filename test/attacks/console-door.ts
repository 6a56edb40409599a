import { type Answer, askOnce, type Request } from './http-socket.js';

/** The console password of a hub under attack. */
export const PASSWORD = 'granite-7-lantern-meadow-tide';
/** The operator's address, which no attacker uses. */
export const OPERATOR = '127.0.0.2';

/** A login request. */
export function login(password: string): Request {
  return {
    method: 'POST',
    path: '/api/session',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ password }),
  };
}

/** The response to an operator with the right password. */
export function signIn(adminPort: number): Promise<Answer | undefined> {
  return askOnce(adminPort, login(PASSWORD), OPERATOR);
}

/** The header of a new session of the operator. @throws Error if the password is rejected */
export async function signedIn(adminPort: number): Promise<{ readonly Cookie: string }> {
  const answer = await signIn(adminPort);
  if (answer?.status !== 200) throw new Error(`the operator was answered ${answer?.status}`);
  const [, id] = /\r\nset-cookie: (ws_hub_console=[^;]+)/i.exec(answer.rawHead) ?? [];
  return { Cookie: `${id}` };
}

/** Missing protections in a response of the console that browsers must not render as a page. */
export function faultsOfConsole(what: string, { type, head, text }: Answer): string[] {
  return [
    ...(type === 'application/json' && isJson(text) ? [] : [`${what}: answered as ${type || 'no type'}`]),
    ...(head.includes('\r\nx-content-type-options: nosniff') ? [] : [`${what}: answered without nosniff`]),
  ];
}

/** A body that is one chunk, with its framing. */
const ONLY_CHUNK = /^[\da-f]+\r\n(.*)\r\n0\r\n\r\n$/s;

function isJson(text: string): boolean {
  try {
    JSON.parse(text.replace(ONLY_CHUNK, '$1'));
    return true;
  } catch {
    // Invalid JSON is what this looks for.
    return false;
  }
}
