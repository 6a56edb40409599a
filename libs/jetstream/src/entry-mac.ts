import { HubMac, type HubSecrets, secretsOf } from './hub-secrets.js';

/** Keep these uses of the secret apart from all others, and an entry with a user from one without. */
const LABEL = 'ws-hub entry of the stream, 1';
const USER_LABEL = 'ws-hub entry of the stream with a user, 1';
const TRACE_LABEL = 'ws-hub trace of an entry of the stream, 1';
const NO_DATA = new Uint8Array();

/** What a message of the stream says besides its content. */
export interface Sealed {
  readonly subject: string;
  readonly id: string;
  readonly said: string;
  /** As it stands in the header; empty for none. */
  readonly user: string;
  readonly data: Uint8Array;
}

/**
 * Proves that a hub with the same secret has written a message: HMAC-SHA256 (RFC 2104) over all of it that a client is
 * told. It does not prove where in the stream a message belongs, or that none is missing (docs/cluster.md, "Trust").
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
   * Proves that a trace belongs to an entry, apart from the entry itself: hubs of before there were traces read that.
   *
   * @param mac of the entry
   */
  ofTrace(trace: string, mac: string): string {
    return this.traced.of(`${trace}\n${mac}\n`, NO_DATA);
  }

  provesTrace(proof: string, trace: string, mac: string): boolean {
    return this.traced.proves(proof, `${trace}\n${mac}\n`, NO_DATA);
  }

  /** An entry without a user is proven as it was before there were users. */
  private macFor({ user }: Sealed): HubMac {
    return user === '' ? this.anonymous : this.named;
  }
}

/** Neither a subject nor a header can have a line break, so no two messages have one text. */
function textOf({ subject, id, said, user }: Sealed): string {
  return user === '' ? `${subject}\n${id}\n${said}\n` : `${subject}\n${id}\n${said}\n${user}\n`;
}
