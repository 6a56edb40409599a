import { Inject, Injectable } from '@nestjs/common';
import type { TokenVerdict } from '@ws-hub/console-api';
import { HubService } from '@ws-hub/nestjs';
import { JwtVerifier, TokenVerifier, type Verified } from '@ws-hub/nestjs/auth';
import { DEFAULT_CHANNEL, type Right } from '@ws-hub/protocol';
import { z } from 'zod';
import { SERVER_CONFIG, type ServerConfig } from '../../config/server.config.js';
import { type ConsoleView, consoleRoute } from '../console-route.js';
import { rightsInWords } from './rights-in-words.js';

/** A token is shorter, and the verifier says by how much; this is what is read at all. */
const MAX_TEXT = 16 * 1_024;
const body = z.object({ token: z.string().trim().min(1).max(MAX_TEXT) });

/** As a client of this machine would bring it. */
const CONTEXT = {
  moment: 'connect',
  channel: DEFAULT_CHANNEL,
  remoteAddress: '127.0.0.1',
  dialect: 'hub.v1',
} as const;

const PROBLEMS = {
  revoked: 'the token is revoked',
  too_many_connections: 'its user has the maximum number of connections',
} as const;

const OFF: TokenVerdict = {
  result: 'unknown',
  reason: 'AUTH=off: this hub checks no tokens, and every client may do everything',
  rights: [],
  checks: [],
};

interface Judged {
  readonly verified: Verified;
  readonly user?: string | undefined;
  readonly rights?: readonly Right[];
  readonly expiresAt?: number | undefined;
  readonly checks: TokenVerdict['checks'];
}

/** Judges a token as the hub would. The token itself is neither kept, nor logged, nor sent back. */
@Injectable()
export class TokenView implements ConsoleView {
  constructor(
    @Inject(SERVER_CONFIG) private readonly config: Pick<ServerConfig, 'auth'>,
    private readonly verifier: TokenVerifier,
    private readonly hub: HubService,
  ) {}

  readonly routes = [
    consoleRoute({
      method: 'POST',
      path: '/token',
      body,
      answer: ({ body: { token } }) => this.judge(token),
    }),
  ];

  private async judge(token: string): Promise<TokenVerdict> {
    if (this.config.auth === 'off') return OFF;
    const judged = await (this.verifier instanceof JwtVerifier
      ? explained(this.verifier, token)
      : asked(this.verifier, token));
    const problem = this.problemOf(judged.verified);
    return {
      result: resultOf(judged.verified, problem),
      reason: problem ?? reasonOf(judged.verified),
      user: judged.user,
      rights: rightsInWords(judged.rights ?? []),
      expiresAt: judged.expiresAt,
      checks: [
        ...judged.checks,
        ...(judged.verified.ok === true ? [{ name: 'access', fault: problem }] : []),
      ],
    };
  }

  /** Why its bearer stays out all the same. */
  private problemOf(verified: Verified): string | undefined {
    if (verified.ok !== true) return undefined;
    const access = this.hub.door.accessOf(verified);
    const problem = access && this.hub.door.problemOf(access);
    return problem && PROBLEMS[problem];
  }
}

async function explained(verifier: JwtVerifier, token: string): Promise<Judged> {
  const { verified, checks, claims, rights } = await verifier.explain(token);
  return { verified, checks, rights, user: claims?.sub, expiresAt: claims && Math.floor(claims.exp * 1_000) };
}

/** A verifier that does not say how it judges. */
async function asked(verifier: TokenVerifier, token: string): Promise<Judged> {
  const verified = await verifier.verify(token, CONTEXT);
  const checks = [{ name: 'webhook', fault: reasonOf(verified) }];
  if (verified.ok !== true) return { verified, checks };
  const { user, rights, expiresAtMs: expiresAt } = verified;
  return { verified, checks, user, rights, expiresAt };
}

function resultOf({ ok }: Verified, problem: string | undefined): TokenVerdict['result'] {
  if (ok === 'unavailable') return 'unknown';
  return ok && problem === undefined ? 'valid' : 'invalid';
}

function reasonOf(verified: Verified): string | undefined {
  return verified.ok === true ? undefined : verified.reason;
}
