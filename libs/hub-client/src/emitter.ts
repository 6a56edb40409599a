type Listener<Args extends unknown[]> = (...args: Args) => void;

/** Typed events for Node and browsers. */
export class Emitter<Events extends Record<keyof Events, unknown[]>> {
  private readonly listeners: { [Name in keyof Events]?: Listener<Events[Name]>[] } = {};

  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): this {
    this.listeners[name] = [...(this.listeners[name] ?? []), listener];
    return this;
  }

  off<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): this {
    this.listeners[name] = this.listeners[name]?.filter((each) => each !== listener);
    return this;
  }

  protected hears(name: keyof Events): boolean {
    return (this.listeners[name]?.length ?? 0) > 0;
  }

  /** An error in a listener becomes an uncaught exception, as usual, but does not interrupt the emitter. */
  protected emit<Name extends keyof Events>(name: Name, ...args: Events[Name]): void {
    for (const listener of this.listeners[name] ?? []) {
      try {
        listener(...args);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
