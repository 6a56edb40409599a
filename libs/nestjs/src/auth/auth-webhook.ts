import { randomUUID } from 'node:crypto';
import type { Clock } from '@ws-hub/hub';
import { MAX_TOKEN_BYTES } from '@ws-hub/protocol';
import type { AuthOptions } from './auth-options.js';
import { type Judgement, readJudgement, readRights } from './claims.js';
import { type Answer, FetchError, fetchText } from './fetch-text.js';
import { InFlight } from './in-flight.js';
import { type TokenContext, TokenVerifier, type Verified } from './token-verifier.js';
import { WebhookSigner } from './webhook-signer.js';

const TIMEOUT_MS = 1_000;
const MAX_BYTES = 16 * 1024;
const MAX_REASON_LENGTH = 120;
const REFUSALS = new Set([401, 403]);

const TOO_LONG: Verified = { ok: false, reason: `the token is longer than ${MAX_TOKEN_BYTES} bytes` };
const REFUSED = 'the token is not accepted';
const UNAVAILABLE: Verified = { ok: 'unavailable', reason: 'tokens cannot be verified at the moment' };

export type AuthWebhookOptions = Pick<
  AuthOptions,
  'authWebhookUrl' | 'authWebhookSecrets' | 'jwtClockToleranceMs' | 'jwtMaxLifetimeMs'
>;

/** Called with the reason when a token could not be verified. */
export type WebhookFailed = (reason: string) => void;

/**
 * Asks the operator's server about each token, whatever its format. Requests are signed as *Standard Webhooks*
 * specifies, with one signature per secret. Without a valid answer within a second the client is rejected.
 */
export class AuthWebhook extends TokenVerifier {
  /** Requests sent so far. */
  readonly counters = { requests: 0 };

  private readonly signer: WebhookSigner;
  private readonly inFlight = new InFlight();

  constructor(
    private readonly options: AuthWebhookOptions,
    private readonly clock: Clock,
    private readonly failed?: WebhookFailed,
    private readonly timeoutMs = TIMEOUT_MS,
  ) {
    super();
    this.signer = new WebhookSigner(options.authWebhookSecrets);
  }

  async verify(token: string, context: TokenContext): Promise<Verified> {
    if (Buffer.byteLength(token) > MAX_TOKEN_BYTES) return TOO_LONG;
    const tooMany = this.inFlight.begin(context);
    if (tooMany !== undefined) return this.unavailable(tooMany);
    try {
      return this.judge(await this.ask(token, context));
    } catch (error) {
      if (!(error instanceof FetchError)) throw error;
      return this.unavailable(error.message);
    } finally {
      this.inFlight.end(context);
    }
  }

  private ask(
    token: string,
    { channel, remoteAddress, dialect, moment, user }: TokenContext,
  ): Promise<Answer> {
    this.counters.requests += 1;
    const body = JSON.stringify({ token, channel, remote_address: remoteAddress, dialect, moment, user });
    const headers = { 'content-type': 'application/json', accept: 'application/json', ...this.signed(body) };
    const limits = { timeoutMs: this.timeoutMs, maxBytes: MAX_BYTES };
    return fetchText(this.options.authWebhookUrl, { method: 'POST', headers, body }, limits);
  }

  private signed(body: string): Record<string, string> {
    return this.signer.headersOf(`msg_${randomUUID()}`, this.clock.unixSeconds(), body);
  }

  private judge({ status, text }: Answer): Verified {
    const body = parseJson(text);
    if (REFUSALS.has(status)) return { ok: false, reason: reasonIn(body) };
    if (status !== 200) return this.unavailable(`the answer has status ${status}`);
    const { value, fault } = readJudgement(body);
    return value === undefined ? this.unavailable(`the answer is invalid: ${fault}`) : this.accept(value);
  }

  private accept(judgement: Judgement): Verified {
    const { user, hub, expires_in: expiresInS, token_id: tokenId, issued_at: issuedAtS } = judgement;
    const { value: rights, fault } = readRights(hub);
    if (rights === undefined) return this.unavailable(`the answer is invalid: ${fault}`);
    const nowS = this.clock.unixSeconds();
    const wrong = this.faultOfTimes(judgement, nowS);
    if (wrong !== undefined) return this.unavailable(`the answer is invalid: ${wrong}`);
    const expiresAtMs = expiresInS === undefined ? undefined : (nowS + expiresInS) * 1000;
    // The token was verified now: earlier revocations do not apply, unless the answer says when it was issued.
    return { ok: true, user, rights, expiresAtMs, tokenId, issuedAtS: issuedAtS ?? nowS };
  }

  private faultOfTimes({ expires_in = 0, issued_at = 0 }: Judgement, nowS: number): string | undefined {
    const { jwtMaxLifetimeMs, jwtClockToleranceMs } = this.options;
    const maxLifetimeS = jwtMaxLifetimeMs / 1000;
    if (expires_in > maxLifetimeS) return `expires_in is above ${maxLifetimeS}`;
    // It would survive a revocation of all tokens issued before now.
    return issued_at > nowS + jwtClockToleranceMs / 1000 ? 'issued_at is in the future' : undefined;
  }

  private unavailable(reason: string): Verified {
    this.failed?.(reason);
    return UNAVAILABLE;
  }
}

/** Undefined if the text is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The error message would quote the answer. All there is to say is that it is not JSON.
    return undefined;
  }
}

/** The server's reason for the client, without characters that could break a header or a terminal. */
function reasonIn(body: unknown): string {
  const { reason } = (body ?? {}) as { reason?: unknown };
  if (typeof reason !== 'string') return REFUSED;
  return reason.slice(0, MAX_REASON_LENGTH).replace(/\p{C}/gu, ' ').trim() || REFUSED;
}
