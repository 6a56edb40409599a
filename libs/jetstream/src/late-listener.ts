import type { Entry, LogListener, Notice } from '@ws-hub/hub';

/** Forwards to a listener that is set later. */
export class LateListener implements LogListener {
  listener: LogListener | undefined;

  entry(entry: Entry): void {
    this.listener?.entry(entry);
  }

  lostPlace(): void {
    this.listener?.lostPlace();
  }

  notice(notice: Notice): void {
    this.listener?.notice(notice);
  }

  pressure(on: boolean): void {
    this.listener?.pressure(on);
  }

  failed(what: string, error: unknown): void {
    this.listener?.failed(what, error);
  }
}
