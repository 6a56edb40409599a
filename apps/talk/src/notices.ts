import { escapeText } from '@ws-hub/logging/escape-controls';
import type { Leaving } from './leaving.js';
import { Output } from './output.js';

/** Short lines on stderr, for people; texts of the hub and of others cannot steer their terminal. */
export class Notices {
  private readonly output: Output;

  constructor(
    private readonly command: string,
    leaving: Leaving,
  ) {
    this.output = new Output(process.stderr, leaving);
  }

  /** @param text one line */
  tell(text: string): void {
    void this.output.print(`ws-hub ${this.command}: ${escapeText(text)}`);
  }
}
