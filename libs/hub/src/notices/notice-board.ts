import type { Notice } from '../log/notice.js';

/** Dispatches the notices of the log by topic. Unknown topics belong to another version. */
export class NoticeBoard {
  private readonly readers = new Map<string, (notice: Notice) => void>();

  /** @param heard called for each notice of the topic, including this hub's, perhaps more than once */
  on(topic: string, heard: (notice: Notice) => void): void {
    this.readers.set(topic, heard);
  }

  heard(notice: Notice): void {
    this.readers.get(notice.topic)?.(notice);
  }
}
