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

  /** The first notice with this body, as soon as it was told. */
  async heard(body: string): Promise<Notice> {
    for (;;) {
      const found = this.notices.find((notice) => notice.body === body);
      if (found !== undefined) return found;
      await new Promise<void>((look) => this.waiting.push(look));
    }
  }

  entry(): void {
    // Only notices are listened to.
  }

  lostPlace(): void {
    // Only notices are listened to.
  }

  pressure(): void {
    // Only notices are listened to.
  }

  failed(): void {
    // Only notices are listened to.
  }
}
