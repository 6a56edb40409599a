/** The first items in an order, of however many there are: no more than twice as many are held at a time. */
export class FirstOf<Item> {
  private items: Item[] = [];
  private last: Item | undefined;

  constructor(
    private readonly most: number,
    private readonly compare: (a: Item, b: Item) => number,
  ) {}

  add(item: Item): void {
    if (this.last !== undefined && this.compare(item, this.last) >= 0) return;
    this.items.push(item);
    if (this.items.length < 2 * this.most) return;
    this.cut();
    this.last = this.items.at(-1);
  }

  /** In their order. */
  all(): readonly Item[] {
    this.cut();
    return this.items;
  }

  private cut(): void {
    this.items.sort(this.compare);
    this.items.length = Math.min(this.items.length, this.most);
  }
}
