import { HubMac, type HubSecrets, secretsOf } from './hub-secrets.js';

/** Labels that separate these uses of the secret from all others, and entries with a user from those without. */
const LABEL = 'ws-hub entry of the stream, 1';
const USER_LABEL = 'ws-hub entry of the stream with a user, 1';
const TRACE_LABEL = 'ws-hub trace of an entry of the stream, 1';
const NO_DATA = new Uint8Array();

/** The parts of a message of the stream besides its content. */
export interface Sealed {
  readonly subject: string;
  readonly id: string;
  readonly said: string;
  /** As in the header; empty for none. */
  readonly user: string;
  readonly data: Uint8Array;
}

/**
 * Proves that a hub with the same secret wrote a message: HMAC-SHA256 (RFC 2104) over everything in it that clients
 * receive. It does not prove the position of a message in the stream, or that none is missing (docs/cluster.md,
 * "Trust").
 */
export class EntryMac {
  private readonly anonymous: HubMac;
  private readonly named: HubMac;
  private readonly traced: HubMac;

  constructor(settings: HubSecrets) {
    const secrets = secretsOf(settings);
    this.anonymous = new HubMac(secrets, LABEL);
    this.named = new HubMac(secrets, USER_LABEL);
    this.traced = new HubMac(secrets, TRACE_LABEL);
  }

  of(sealed: Sealed): string {
    return this.macFor(sealed).of(textOf(sealed), sealed.data);
  }

  proves(mac: string, sealed: Sealed): boolean {
    return this.macFor(sealed).proves(mac, textOf(sealed), sealed.data);
  }

  /**
   * Proves that a trace belongs to an entry. Separate from the entry's proof, which older hubs without traces also
   * check.
   *
   * @param mac of the entry
   */
  ofTrace(trace: string, mac: string): string {
    return this.traced.of(`${trace}\n${mac}\n`, NO_DATA);
  }

  provesTrace(proof: string, trace: string, mac: string): boolean {
    return this.traced.proves(proof, `${trace}\n${mac}\n`, NO_DATA);
  }

  /** The proof of an entry without a user is the same as before users existed. */
  private macFor({ user }: Sealed): HubMac {
    return user === '' ? this.anonymous : this.named;
  }
}

/** Neither a subject nor a header can contain a line break, so no two messages have the same text. */
function textOf({ subject, id, said, user }: Sealed): string {
  return user === '' ? `${subject}\n${id}\n${said}\n` : `${subject}\n${id}\n${said}\n${user}\n`;
}
