import { type Answer, askOnce, type Request } from './http-socket.js';

/** What opens the console of a hub under attack. */
export const PASSWORD = 'granite-7-lantern-meadow-tide';
/** Where an operator sits: no attacker is there. */
export const OPERATOR = '127.0.0.2';

/** A request that signs in, or tries to. */
export function login(password: string): Request {
  return {
    method: 'POST',
    path: '/api/session',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ password }),
  };
}

/** What the operator is answered who knows the password. */
export function signIn(adminPort: number): Promise<Answer | undefined> {
  return askOnce(adminPort, login(PASSWORD), OPERATOR);
}

/** The header of a session that the operator has begun. @throws Error if the password is not taken */
export async function signedIn(adminPort: number): Promise<{ readonly Cookie: string }> {
  const answer = await signIn(adminPort);
  if (answer?.status !== 200) throw new Error(`the operator was answered ${answer?.status}`);
  const [, id] = /\r\nset-cookie: (ws_hub_console=[^;]+)/i.exec(answer.rawHead) ?? [];
  return { Cookie: `${id}` };
}

/** What an answer of the console lacks that browsers must not take for a page, in words. */
export function faultsOfConsole(what: string, { type, head, text }: Answer): string[] {
  return [
    ...(type === 'application/json' && isJson(text) ? [] : [`${what}: answered as ${type || 'no type'}`]),
    ...(head.includes('\r\nx-content-type-options: nosniff') ? [] : [`${what}: answered without nosniff`]),
  ];
}

/** A text that is answered in one chunk, with what frames it. */
const ONLY_CHUNK = /^[\da-f]+\r\n(.*)\r\n0\r\n\r\n$/s;

function isJson(text: string): boolean {
  try {
    JSON.parse(text.replace(ONLY_CHUNK, '$1'));
    return true;
  } catch {
    // What is no JSON is what is looked for.
    return false;
  }
}
