import type { ReceivedMessage } from '@ws-hub/hub-client';
import type { ListenConfig } from '../config/listen.config.js';
import type { Output } from '../output.js';
import { showJson, showLine } from './show.js';

/** Prints messages, as many as are wanted. */
export class Printer {
  private printed = 0;

  constructor(
    private readonly config: Pick<ListenConfig, 'json' | 'count'>,
    private readonly output: Output,
  ) {}

  /** Resolves when there is room for more. @returns whether this was the last one */
  async print(message: ReceivedMessage): Promise<boolean> {
    const { json, count } = this.config;
    await this.output.print(json ? showJson(message) : showLine(message));
    return ++this.printed === count;
  }
}
