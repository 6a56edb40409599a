import type { HubEvents } from './events.js';

/** The one place where a bug ends that a peer has triggered: it ends the peer's request or connection, not the process. */
export class Guard {
  constructor(private readonly events: HubEvents) {}

  /**
   * Runs a task that a peer has triggered. Never throws.
   *
   * @param what the kind of task, a constant of the code
   * @param onFailure ends what the task was for: a connection, a request
   */
  run(what: string, task: () => void, onFailure?: () => void): void {
    try {
      task();
    } catch (error) {
      this.failed(what, error);
      if (onFailure !== undefined) this.run(`${what}, ending it`, onFailure);
    }
  }

  /** Reports an error that was caught elsewhere. */
  failed(what: string, error: unknown): void {
    this.events.failed(what, error);
  }
}
