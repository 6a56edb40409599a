/**
 * The line to the hub, which can be cut: open connections break, and no new one gets through until it is restored.
 * A page cannot disable the network, so it closes its sockets and reports them to the client as broken.
 */
export class Line {
  private readonly ends = new Set<() => void>();
  private isBroken = false;

  get isCut(): boolean {
    return this.isBroken;
  }

  /**
   * Registers a user of the line.
   *
   * @param onCut called once when the line is cut
   * @returns a function to call when the line is no longer used
   */
  use(onCut: () => void): () => void {
    this.ends.add(onCut);
    return () => this.ends.delete(onCut);
  }

  cut(): void {
    this.isBroken = true;
    const ends = [...this.ends];
    this.ends.clear();
    for (const end of ends) end();
  }

  mend(): void {
    this.isBroken = false;
  }
}
