import type { LogListener } from '../log/message-log.js';
import type { Notice } from '../log/notice.js';

/** A listener of a log, for tests, that waits for notices. */
export class NoticeEar implements LogListener {
  readonly notices: Notice[] = [];
  private waiting: (() => void)[] = [];

  notice(notice: Notice): void {
    this.notices.push(notice);
    for (const look of this.waiting.splice(0)) look();
  }

  /** The notice with this body, once it was delivered so many times. */
  async heard(body: string, times = 1): Promise<Notice> {
    for (;;) {
      const found = this.notices.filter((notice) => notice.body === body)[times - 1];
      if (found !== undefined) return found;
      await new Promise<void>((look) => this.waiting.push(look));
    }
  }

  entry(): void {
    // Only notices matter here.
  }

  lostPlace(): void {
    // Only notices matter here.
  }

  pressure(): void {
    // Only notices matter here.
  }

  failed(): void {
    // Only notices matter here.
  }
}
