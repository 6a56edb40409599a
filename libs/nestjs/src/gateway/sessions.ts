import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CLIENT_ID, GATEWAY_OPTIONS, type GatewayOptions } from './gateway-options.js';

const SECRET_BYTES = 32;
/** Separates these texts from the client ids that earlier sessions sign: no client id contains a line break. */
const LABEL = 'ws-hub session, 2\n';
/** Separates position proofs from sessions. */
const POSITION_LABEL = 'ws-hub position, 1\n';
/** Half of an HMAC is enough (RFC 2104, section 5), and every message carries one. */
const POSITION_PROOF_BYTES = 16;

/** The identity that a session proves. */
export interface Session {
  readonly clientId: string;
  /** The user of the client; undefined for an anonymous client. */
  readonly user: string | undefined;
  /**
   * The position of the client's first welcome. The client has received, or could have received, everything from there
   * on.
   */
  readonly since: string | undefined;
}

/**
 * Tokens that prove an identity: the identity and its HMAC-SHA256 (RFC 2104) with the hub's secret. Nothing is stored,
 * so every hub with the same secret accepts them; the previous secret is accepted as well.
 */
@Injectable()
export class Sessions {
  private readonly secrets: readonly (string | Buffer)[];

  constructor(@Inject(GATEWAY_OPTIONS) { hubSecret, hubSecretPrevious }: GatewayOptions) {
    const current = hubSecret === '' ? randomBytes(SECRET_BYTES) : hubSecret;
    this.secrets = hubSecretPrevious === '' ? [current] : [current, hubSecretPrevious];
  }

  issue({ clientId, user, since }: Session): string {
    const [secret = ''] = this.secrets;
    const text = Buffer.from(JSON.stringify([clientId, since, user])).toString('base64url');
    return `${text}.${sign(secret, LABEL + text).toString('base64url')}`;
  }

  /** Undefined for a session that is invalid or signed with another secret. */
  verify(session: string): Session | undefined {
    const dot = session.lastIndexOf('.');
    if (dot === -1) return undefined;
    const text = session.slice(0, dot);
    const signature = Buffer.from(session.slice(dot + 1), 'base64url');
    if (this.proves(signature, LABEL + text)) return read(text);
    // The format of sessions before users existed: the client id alone.
    return CLIENT_ID.test(text) && this.proves(signature, text)
      ? { clientId: text, user: undefined, since: undefined }
      : undefined;
  }

  /** Proves that a hub with this secret issued a position. Short, because every message carries one. */
  provePosition(position: string): string {
    const [secret = ''] = this.secrets;
    return positionProof(secret, position).toString('base64url');
  }

  /** Whether the proof is valid, with the current or the previous secret. */
  isPositionProven(position: string, proof: string): boolean {
    const given = Buffer.from(proof, 'base64url');
    return this.secrets.some((secret) => isSame(given, positionProof(secret, position)));
  }

  private proves(signature: Buffer, text: string): boolean {
    return this.secrets.some((secret) => isSame(signature, sign(secret, text)));
  }
}

function positionProof(secret: string | Buffer, position: string): Buffer {
  return sign(secret, POSITION_LABEL + position).subarray(0, POSITION_PROOF_BYTES);
}

function isSame(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function sign(secret: string | Buffer, text: string): Buffer {
  return createHmac('sha256', secret).update(text).digest();
}

/** A hub has signed the text, so it is what `issue` produced. */
function read(text: string): Session {
  const [clientId, since, user] = JSON.parse(Buffer.from(text, 'base64url').toString()) as [
    string,
    string | null,
    string | null,
  ];
  return { clientId, since: since ?? undefined, user: user ?? undefined };
}
