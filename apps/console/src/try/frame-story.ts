/** What a reader should know of a frame. */
export interface Told {
  /** The `type` of the contract; undefined for text of the plain dialect. */
  readonly type?: string | undefined;
  /** In words, where the frame belongs to a resume. */
  readonly meaning?: string | undefined;
  /** It was published while the client was disconnected. */
  readonly isReplay?: boolean | undefined;
}

interface Message {
  readonly type?: unknown;
  readonly since?: unknown;
  readonly recovered?: unknown;
}

/** Follows one client through hello, welcome and replay, and says which frames belong to a resume (PROTOCOL.md, section 2). */
export class FrameStory {
  private since: string | undefined;
  private isInReplay = false;

  get isReplaying(): boolean {
    return this.isInReplay;
  }

  /** A stream was asked to continue from a place, which no frame of it says. */
  resumed(since: string): Told {
    this.since = since;
    return { meaning: `resumes after ${since}` };
  }

  sent(text: string): Told {
    const message = read(text);
    if (message?.type !== 'hello') return { type: typeOf(message) };
    this.isInReplay = false;
    this.since = typeof message.since === 'string' ? message.since : undefined;
    const meaning = this.since === undefined ? 'the first hello' : `resumes after ${this.since}`;
    return { type: 'hello', meaning };
  }

  received(text: string): Told {
    const message = read(text);
    const type = typeOf(message);
    if (type === 'welcome') return { type, meaning: this.welcomed(message?.recovered === true) };
    if (!this.isInReplay) return { type };
    if (type === 'message' || type === 'ack') return { type, isReplay: true, meaning: 'replayed' };
    if (type !== 'position') return { type };
    this.isInReplay = false;
    return { type, meaning: 'end of the replay, live from here on' };
  }

  private welcomed(isRecovered: boolean): string {
    const isResume = this.since !== undefined;
    this.since = undefined;
    this.isInReplay = isResume && isRecovered;
    if (!isResume) return 'live from here on';
    return isRecovered ? 'nothing was lost: the replay follows' : 'a gap: messages were missed';
  }
}

function read(text: string): Message | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Message;
  } catch {
    // A text of the plain dialect may look like anything.
    return undefined;
  }
}

function typeOf(message: Message | undefined): string | undefined {
  return typeof message?.type === 'string' ? message.type.slice(0, 20) : undefined;
}
