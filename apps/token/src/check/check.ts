import { authOptionsOf } from '@ws-hub/access-config';
import { Grants, SystemClock } from '@ws-hub/hub';
import { escapeText } from '@ws-hub/logging/escape-controls';
import { AuthWebhook, type Check, JwtVerifier, type Verified } from '@ws-hub/nestjs/auth';
import { ACTIONS, DEFAULT_CHANNEL, type Right } from '@ws-hub/protocol';
import type { CheckConfig } from '../config/check.config.js';
import { EXIT } from '../config/exit-codes.js';

/** The lines printed about a token, never the token itself, and the exit code. */
export interface Report {
  readonly lines: readonly string[];
  readonly exitCode: number;
}

/** Judges a token as the hub would, and says what each check found. */
export async function check(token: string, config: CheckConfig): Promise<Report> {
  const { verified, checks, user, rights, expiresAtMs } = await judged(token, config);
  const lines = [
    verdictLine(verified),
    ...checks.map(({ name, fault }) => row(name, fault === undefined ? 'ok' : `FAILED: ${fault}`)),
    ...(user === undefined ? [] : [row('user', escapeText(user))]),
    ...(expiresAtMs === undefined ? [] : [row('until', new Date(expiresAtMs).toISOString())]),
    ...rightLines(rights),
    ...(config.channel === '' ? [] : [row(`on ${config.channel}`, actionsOn(config.channel, rights))]),
  ];
  return { lines, exitCode: exitCodeOf(verified) };
}

interface Judged {
  readonly verified: Verified;
  readonly checks: readonly Check[];
  readonly user: string | undefined;
  readonly rights: readonly Right[];
  readonly expiresAtMs: number | undefined;
}

async function judged(token: string, config: CheckConfig): Promise<Judged> {
  const options = authOptionsOf({ ...config, auth: 'required', anonymousAllow: [], authCookie: '' });
  const clock = new SystemClock();
  if (options.authWebhookUrl === '') return explained(token, new JwtVerifier(options, clock));
  const verified = await new AuthWebhook(options, clock).verify(token, {
    moment: 'connect',
    channel: config.channel || DEFAULT_CHANNEL,
    remoteAddress: '127.0.0.1',
    dialect: 'hub.v1',
  });
  const { user, rights = [], expiresAtMs } = verified as Partial<Judged & { user: string }>;
  return { verified, user, rights, expiresAtMs, checks: [{ name: 'webhook', fault: reasonOf(verified) }] };
}

async function explained(token: string, verifier: JwtVerifier): Promise<Judged> {
  const { verified, checks, claims, rights } = await verifier.explain(token);
  const expiresAtMs = claims && Math.floor(claims.exp * 1000);
  return { verified, checks, rights, user: claims?.sub, expiresAtMs };
}

function verdictLine(verified: Verified): string {
  if (verified.ok === true) return 'valid: the hub accepts this token';
  const kind = verified.ok === 'unavailable' ? 'not known' : 'not valid';
  return `${kind}: ${reasonOf(verified)}`;
}

function reasonOf(verified: Verified): string | undefined {
  return verified.ok === true ? undefined : verified.reason;
}

function exitCodeOf({ ok }: Verified): number {
  if (ok === 'unavailable') return EXIT.unavailable;
  return ok ? EXIT.valid : EXIT.invalid;
}

function rightLines(rights: readonly Right[]): string[] {
  if (rights.length === 0) return [row('rights', 'none')];
  return rights.map(({ match, allow }) => row('rights', `${allow.join(', ')}: ${match}`));
}

function actionsOn(channel: string, rights: readonly Right[]): string {
  const grants = new Grants(rights);
  return ACTIONS.filter((action) => grants.allows(action, channel)).join(', ') || 'nothing';
}

function row(name: string, text: string): string {
  return `  ${name.padEnd(12)}  ${text}`;
}
