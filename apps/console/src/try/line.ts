/**
 * The way to the hub, which can be cut: what is open ends without a word, and nothing new gets through until it is mended.
 * A page cannot take the network away. It closes its sockets instead and tells the client that they broke.
 */
export class Line {
  private readonly ends = new Set<() => void>();
  private isBroken = false;

  get isCut(): boolean {
    return this.isBroken;
  }

  /**
   * Something begins to use the line.
   *
   * @param onCut called once when the line is cut
   * @returns to be called when it uses the line no more
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
