import type { Candidate, Lead } from '../log/ledger.js';

/** Somebody who applies for the lead of a ledger, for tests, and waits for it. */
export class LedgerCandidate implements Candidate {
  private held: Lead | undefined;
  private looks: (() => void)[] = [];

  get hasLead(): boolean {
    return this.held !== undefined;
  }

  began(lead: Lead): void {
    this.held = lead;
    this.look();
  }

  ended(): void {
    this.held = undefined;
    this.look();
  }

  /** As soon as it leads. */
  async lead(): Promise<Lead> {
    while (this.held === undefined) await this.change();
    return this.held;
  }

  /** As soon as it does not lead any more. */
  async hasEnded(): Promise<void> {
    while (this.held !== undefined) await this.change();
  }

  private change(): Promise<void> {
    return new Promise((resolve) => this.looks.push(resolve));
  }

  private look(): void {
    for (const look of this.looks.splice(0)) look();
  }
}
