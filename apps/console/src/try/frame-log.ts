import { FrameStory, type Told } from './frame-story.js';

/** Frames that are kept of one client; older ones are forgotten. */
export const MAX_FRAMES = 200;

/** Characters of a frame that are kept. */
export const MAX_FRAME_LENGTH = 4_096;

export type Direction = 'in' | 'out' | 'note';

/** One message of the wire, or a note of what happened to the wire itself. */
export interface Frame extends Told {
  /** Grows by one. */
  readonly seq: number;
  /** Unix milliseconds. */
  readonly at: number;
  readonly direction: Direction;
  /** Its first `MAX_FRAME_LENGTH` characters, without secrets. */
  readonly text: string;
  /** Characters of it without secrets. */
  readonly length: number;
}

/** Records the frames on a wire. */
export type FrameRecorder = Pick<FrameLog, 'sent' | 'received' | 'note'>;

/** The frames of one client, newest last. */
export class FrameLog {
  private frames: Frame[] = [];
  private nextSeq = 1;
  private readonly story = new FrameStory();

  /** @param onChange called after each frame */
  constructor(private readonly onChange: () => void = () => undefined) {}

  get all(): readonly Frame[] {
    return this.frames;
  }

  /** Whether the current frames are a replay. */
  get isReplaying(): boolean {
    return this.story.isReplaying;
  }

  sent(text: string): void {
    this.add('out', text, this.story.sent(text));
  }

  received(text: string): void {
    this.add('in', text, this.story.received(text));
  }

  /** Something that happened to the connection. `since`: from where a stream is asked to continue. */
  note(text: string, since?: string): void {
    this.add('note', text, since === undefined ? {} : this.story.resumed(since));
  }

  clear(): void {
    this.frames = [];
    this.onChange();
  }

  private add(direction: Direction, text: string, told: Told): void {
    const whole = withoutSecrets(text);
    const shown = whole.slice(0, MAX_FRAME_LENGTH);
    const frame = {
      ...told,
      ...{ seq: this.nextSeq++, at: Date.now(), direction, text: shown, length: whole.length },
    };
    this.frames = [...this.frames.slice(1 - MAX_FRAMES), frame];
    this.onChange();
  }
}

const SECRETS = /("(?:token|session)":")([^"\\]{0,5})[^"\\]*"/g;
const TOKEN_IN_QUERY = /([?&]access_token=)[^&\s]+/g;

/** People send pictures of their screens: tokens and sessions are cut short. */
function withoutSecrets(text: string): string {
  return text.replace(SECRETS, '$1$2…"').replace(TOKEN_IN_QUERY, '$1…');
}
