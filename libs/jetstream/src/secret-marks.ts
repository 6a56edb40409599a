import { createHmac } from 'node:crypto';
import { type HubSecrets, secretsOf } from './hub-secrets.js';

const MARKS = /secret ([0-9a-f]{16})(?:, before it ([0-9a-f]{16}))?/;

/**
 * Marks in the description of a stream that identify the secrets of its hubs without revealing them: the secret that
 * the newest hubs write with, and the previous one.
 */
export class SecretMarks {
  /** Of this hub's secrets, the current one first. */
  private readonly own: readonly string[];

  constructor(secrets: HubSecrets) {
    this.own = secretsOf(secrets).map(markOf);
  }

  /** The description of a stream that this hub creates. */
  get description(): string {
    return describe(this.own.slice(0, 1));
  }

  /** The newest mark of a stream if this hub does not have that secret; undefined if it does. */
  unknownIn(description: string | undefined): string | undefined {
    const [newest] = marksIn(description);
    return newest === undefined || this.own.includes(newest) ? undefined : newest;
  }

  /** Whether the newest hubs of a stream write with this hub's current secret; false for a stream without a mark. */
  isNewestIn(description: string | undefined): boolean {
    return marksIn(description)[0] === this.own[0];
  }

  /**
   * The new description of a stream; undefined to keep it. Only a hub with a secret that is new to the stream changes
   * it. During a rolling restart, hubs with the former order of the two secrets leave it unchanged.
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

/** Tells whether hubs have the same secret, without revealing it. */
function markOf(secret: string): string {
  return createHmac('sha256', secret).update('ws-hub').digest('hex').slice(0, 16);
}
