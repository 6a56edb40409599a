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
