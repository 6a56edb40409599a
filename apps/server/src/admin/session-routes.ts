import type { IncomingMessage } from 'node:http';
import { fastifyCookie } from '@fastify/cookie';
import { MAX_PASSWORD_LENGTH } from '@ws-hub/config';
import { API, type Login, type SessionState, sessionCookie } from '@ws-hub/console-api';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { ConsoleError } from './console-route.js';
import type { PasswordCheck } from './password-check.js';
import type { Sessions } from './sessions.js';
import { read } from './view-routes.js';

const URL_OF_SESSION = `${API}/session`;
const COOKIE = { httpOnly: true, sameSite: 'strict', path: '/' } as const;

const login: z.ZodType<Login> = z.object({
  password: z.string().max(MAX_PASSWORD_LENGTH, { error: `at most ${MAX_PASSWORD_LENGTH} characters` }),
});

export interface SessionRoutesOptions {
  readonly sessions: Sessions;
  /** Undefined where no password is asked for. */
  readonly password: PasswordCheck | undefined;
  /** Whom wrong passwords are counted for. */
  readonly networkOf: (request: IncomingMessage) => string;
  readonly onLogin: (request: IncomingMessage, isRight: boolean) => void;
}

/** The id in the cookie of a request, whatever it is worth. */
export function sessionIdOf({ headers }: IncomingMessage): string | undefined {
  return fastifyCookie.parse(headers.cookie ?? '')[sessionCookie(headers.host ?? '')];
}

/** Signs in and out. Each sign-in creates a new session id, so a planted one is worthless (session fixation). */
export function addSessionRoutes(app: FastifyInstance, options: SessionRoutesOptions): void {
  const { sessions, password, networkOf, onLogin } = options;
  const state = (isOpen: boolean): SessionState => ({ needsPassword: password !== undefined, isOpen });

  app.get(URL_OF_SESSION, async ({ raw }) =>
    state(password === undefined || sessions.find(sessionIdOf(raw)) !== undefined),
  );

  app.post(URL_OF_SESSION, async ({ raw, body }, reply) => {
    const { password: tried } = read(login, body) as Login;
    if (password === undefined) return state(true);
    const isRight = await password.isRight(tried, networkOf(raw));
    onLogin(raw, isRight);
    if (!isRight) throw new ConsoleError(401, 'wrong password');
    sessions.end(sessionIdOf(raw));
    setCookie(reply, sessionCookie(raw.headers.host ?? ''), sessions);
    return state(true);
  });

  app.delete(URL_OF_SESSION, async ({ raw }, reply) => {
    sessions.end(sessionIdOf(raw));
    reply.clearCookie(sessionCookie(raw.headers.host ?? ''), COOKIE);
    return state(password === undefined);
  });
}

function setCookie(reply: FastifyReply, name: string, sessions: Sessions): void {
  reply.setCookie(name, sessions.begin(), { ...COOKIE, maxAge: sessions.lifeS });
}
