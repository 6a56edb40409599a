import { createHash } from 'node:crypto';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import { MAC, type StreamMessage } from '../entry-message.js';
import { HubMac, type HubSecrets, secretsOf } from '../hub-secrets.js';
import { ledgerPrefix } from './ledger-stream.js';

/** Separates this use of the secret from all others. */
const LABEL = 'ws-hub ledger, 1';
const HASH_CHARACTERS = 32;

export interface SealedMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: MsgHdrs;
}

/** A message that a hub wrote. */
export interface ReadMessage {
  readonly value: unknown;
  /** The previous secret proves it, not the current one. */
  readonly isFormer: boolean;
}

/** Signs what hubs write into the ledger, and verifies what others wrote. */
export class LedgerMessages {
  /** The subject of the lease. */
  readonly lease: string;
  /** The subjects of all entries. */
  readonly entries: string;
  private readonly mac: HubMac;
  private readonly prefix: string;

  constructor(settings: HubSecrets & { readonly natsSubjectPrefix: string }) {
    this.mac = new HubMac(secretsOf(settings), LABEL);
    this.lease = `${ledgerPrefix(settings)}lease`;
    this.prefix = `${ledgerPrefix(settings)}entry.`;
    this.entries = `${this.prefix}*`;
  }

  /** @param subject of the lease, or of an entry */
  sealed(subject: string, value: unknown): SealedMessage {
    const data = Buffer.from(JSON.stringify(value));
    const made = headers();
    made.set(MAC, this.mac.of(`${subject}\n`, data));
    return { subject, data, headers: made };
  }

  /** The subject of an entry. Keys may contain any characters, so it is encoded. */
  subjectOf(key: string): string {
    return this.prefix + createHash('sha256').update(key).digest('hex').slice(0, HASH_CHARACTERS);
  }

  /** Undefined for a message that no hub with one of the secrets wrote. */
  read({ subject, headers: found, data }: StreamMessage): ReadMessage | undefined {
    const secret = this.mac.secretOf(found?.get(MAC) ?? '', `${subject}\n`, data);
    return secret < 0 ? undefined : { value: JSON.parse(Buffer.from(data).toString()), isFormer: secret > 0 };
  }
}
