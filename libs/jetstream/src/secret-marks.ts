import { createHmac } from 'node:crypto';
import { type HubSecrets, secretsOf } from './hub-secrets.js';

const MARKS = /secret ([0-9a-f]{16})(?:, before it ([0-9a-f]{16}))?/;

/**
 * What the description of a stream tells of its hubs' secrets, and nothing of the secrets themselves: the mark of the one
 * that the newest hubs write with, and of the one before it.
 */
export class SecretMarks {
  /** Of this hub's secrets, the current one first. */
  private readonly own: readonly string[];

  constructor(secrets: HubSecrets) {
    this.own = secretsOf(secrets).map(markOf);
  }

  /** What a stream says that this hub makes. */
  get description(): string {
    return describe(this.own.slice(0, 1));
  }

  /** The newest mark of a stream if this hub cannot read what is written with that secret; undefined if it can. */
  unknownIn(description: string | undefined): string | undefined {
    const [newest] = marksIn(description);
    return newest === undefined || this.own.includes(newest) ? undefined : newest;
  }

  /** Whether the newest hubs of a stream write with this hub's current secret; false for a stream without a mark. */
  isNewestIn(description: string | undefined): boolean {
    return marksIn(description)[0] === this.own[0];
  }

  /**
   * What a stream is to say from now on; undefined if it stays. Only a hub with a secret that is new to the stream changes
   * it: while hubs are restarted one by one, those with the former order of the two secrets leave it as it is.
   */
  changed(description: string | undefined): string | undefined {
    const [current = ''] = this.own;
    const found = marksIn(description);
    return found.length === 0 || found.includes(current)
      ? undefined
      : describe([current, ...found.slice(0, 1)]);
  }

  /** For an error message. */
  toString(): string {
    return this.own.join(' or ');
  }
}

function marksIn(description = ''): readonly string[] {
  const [, newest, former] = MARKS.exec(description) ?? [];
  return [newest, former].filter((mark) => mark !== undefined);
}

function describe([newest, former]: readonly string[]): string {
  return `ws-hub, secret ${newest}${former === undefined ? '' : `, before it ${former}`}`;
}

/** Tells hubs with the same secret, and nothing of the secret. */
function markOf(secret: string): string {
  return createHmac('sha256', secret).update('ws-hub').digest('hex').slice(0, 16);
}
