import { createHash } from 'node:crypto';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import type { Clock, Notice } from '@ws-hub/hub';
import { MAC, type StreamMessage } from '../entry-message.js';
import { HubMac, type HubSecrets, secretsOf } from '../hub-secrets.js';

/** Separates this use of the secret from all others. */
const LABEL = 'ws-hub notice, 1';
/** How long a notice that is not kept may be in flight, and how much the clocks of two hubs may differ. */
export const MAX_TRAVEL_MS = 60_000;
const HASH_CHARACTERS = 32;

/** The content of the message. */
interface Envelope {
  readonly key: string;
  readonly body: string;
  /** Unix milliseconds. */
  readonly untilMs: number;
}

/** A message that a hub wrote. */
export interface ReadNotice {
  readonly notice: Notice;
  /** The remaining time in milliseconds, by the clock of this hub; negative if it has passed. */
  readonly leftMs: number;
  /** The previous secret proves it, not the current one. */
  readonly isFormer: boolean;
}

/** The common prefix of the subjects of kept notices. */
export function keptPrefix(natsSubjectPrefix: string): string {
  return `${natsSubjectPrefix}-notices.`;
}

/** Converts notices to NATS messages, and these to notices. */
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

  /** The subjects of all notices that are not kept. */
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

  /** The headers with the proof, made with the current secret. */
  sealed(subject: string, data: Uint8Array): MsgHdrs {
    const made = headers();
    made.set(MAC, this.mac.of(`${subject}\n`, data));
    return made;
  }

  /** Undefined for a message that no hub with one of the secrets wrote. */
  read({ subject, headers: found, data }: StreamMessage): ReadNotice | undefined {
    const secret = this.mac.secretOf(found?.get(MAC) ?? '', `${subject}\n`, data);
    if (secret < 0) return undefined;
    const isKept = subject.startsWith(this.kept);
    const topic = subject.slice((isKept ? this.kept : this.now).length).split('.', 1)[0] as string;
    // A hub with one of the secrets wrote it, and hubs write nothing else.
    const { key, body, untilMs } = JSON.parse(Buffer.from(data).toString()) as Envelope;
    const leftMs = untilMs - this.clock.unixMs();
    const notice = { topic, key, body, keepMs: isKept ? Math.max(0, leftMs) : 0 };
    return { notice, leftMs, isFormer: secret > 0 };
  }
}
