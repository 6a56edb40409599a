import type { Candidate, Lead } from '../log/ledger.js';

/** A candidate for the lead of a ledger, for tests, with promises of its terms. */
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

  /** Resolves when it leads. */
  async lead(): Promise<Lead> {
    while (this.held === undefined) await this.change();
    return this.held;
  }

  /** Resolves when it is no longer the leader. */
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
