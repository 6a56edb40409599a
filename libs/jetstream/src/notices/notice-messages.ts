import { createHash } from 'node:crypto';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import type { Clock, Notice } from '@ws-hub/hub';
import { MAC, type StreamMessage } from '../entry-message.js';
import { HubMac, type HubSecrets, secretsOf } from '../hub-secrets.js';

/** Keeps this use of the secret apart from all others. */
const LABEL = 'ws-hub notice, 1';
/** How long a notice that is not kept may be on its way, and how far the clocks of two hubs may be apart. */
export const MAX_TRAVEL_MS = 60_000;
const HASH_CHARACTERS = 32;

/** What travels. */
interface Envelope {
  readonly key: string;
  readonly body: string;
  /** Unix milliseconds. */
  readonly untilMs: number;
}

/** A message that a hub has written. */
export interface ReadNotice {
  readonly notice: Notice;
  /** Until its time is over, in milliseconds by the clock of this hub; negative if it is. */
  readonly leftMs: number;
  /** It is proven by the other secret, and not by the current one. */
  readonly isFormer: boolean;
}

/** What the subject of a notice that is kept begins with. */
export function keptPrefix(natsSubjectPrefix: string): string {
  return `${natsSubjectPrefix}-notices.`;
}

/** Turns notices into messages of NATS, and those into notices. */
export class NoticeMessages {
  private readonly mac: HubMac;
  private readonly kept: string;
  private readonly now: string;

  constructor(
    settings: HubSecrets & { readonly natsSubjectPrefix: string },
    private readonly clock: Clock,
  ) {
    this.mac = new HubMac(secretsOf(settings), LABEL);
    this.kept = keptPrefix(settings.natsSubjectPrefix);
    this.now = `${settings.natsSubjectPrefix}-notices-now.`;
  }

  /** The subjects of all that are not kept. */
  get nowSubjects(): string {
    return `${this.now}*`;
  }

  messageOf({ topic, key, body, keepMs }: Notice) {
    const hash = createHash('sha256').update(key).digest('hex').slice(0, HASH_CHARACTERS);
    const subject = keepMs > 0 ? `${this.kept}${topic}.${hash}` : this.now + topic;
    const untilMs = this.clock.unixMs() + (keepMs > 0 ? keepMs : MAX_TRAVEL_MS);
    const envelope: Envelope = { key, body, untilMs };
    const data = Buffer.from(JSON.stringify(envelope));
    return { subject, headers: this.sealed(subject, data), data };
  }

  /** The proof of what a hub has written, made with the current secret. */
  sealed(subject: string, data: Uint8Array): MsgHdrs {
    const made = headers();
    made.set(MAC, this.mac.of(`${subject}\n`, data));
    return made;
  }

  /** Undefined for a message that no hub with one of the secrets has written. */
  read({ subject, headers: found, data }: StreamMessage): ReadNotice | undefined {
    const secret = this.mac.secretOf(found?.get(MAC) ?? '', `${subject}\n`, data);
    if (secret < 0) return undefined;
    const isKept = subject.startsWith(this.kept);
    const topic = subject.slice((isKept ? this.kept : this.now).length).split('.', 1)[0] as string;
    // A hub with one of the secrets has written it, and those write nothing else.
    const { key, body, untilMs } = JSON.parse(Buffer.from(data).toString()) as Envelope;
    const leftMs = untilMs - this.clock.unixMs();
    const notice = { topic, key, body, keepMs: isKept ? Math.max(0, leftMs) : 0 };
    return { notice, leftMs, isFormer: secret > 0 };
  }
}
