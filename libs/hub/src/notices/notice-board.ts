import type { Notice } from '../log/notice.js';

/** Hands each notice of the log to whoever knows its topic. Topics that nobody knows are those of another version. */
export class NoticeBoard {
  private readonly readers = new Map<string, (notice: Notice) => void>();

  /** @param heard called for each notice of the topic, those of this hub included, perhaps more than once */
  on(topic: string, heard: (notice: Notice) => void): void {
    this.readers.set(topic, heard);
  }

  heard(notice: Notice): void {
    this.readers.get(notice.topic)?.(notice);
  }
}
