import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What reads one number for each value of a label. */
export type ReadByLabel = () => Iterable<readonly [value: string, number: number]>;

/**
 * Makes metrics in one registry. Names follow the conventions of Prometheus: base units, `_total` for counters.
 *
 * What happens for each message is counted in plain numbers elsewhere, and read when somebody scrapes: `running` and `momentary`.
 */
export class Instruments {
  readonly registry = new Registry();

  /** A number that only grows, kept elsewhere. */
  running(name: string, help: string, read: () => number): void {
    const { registry } = this;
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }

  /** The same, one for each value of a label. */
  runningBy(name: string, help: string, label: string, read: ReadByLabel): void {
    const { registry } = this;
    new Counter({
      name,
      help,
      labelNames: [label],
      registers: [registry],
      collect() {
        this.reset();
        for (const [value, number] of read()) this.inc({ [label]: value }, number);
      },
    });
  }

  /** How it is at the moment. */
  momentary(name: string, help: string, read: () => number): void {
    const { registry } = this;
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** The same, one for each value of a label. */
  momentaryBy(name: string, help: string, label: string, read: ReadByLabel): void {
    const { registry } = this;
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [registry],
      collect() {
        for (const [value, number] of read()) this.set({ [label]: value }, number);
      },
    });
  }

  gauge<Label extends string>(name: string, help: string, labelNames: Label[]): Gauge<Label> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  counter<Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  /**
   * A counter by one label whose values are known. It begins with 0 for each: a series that begins with its first event has
   * no rate at that moment, and an alert would miss it.
   */
  counterOf<Label extends string>(
    name: string,
    help: string,
    label: Label,
    values: readonly string[],
  ): Counter<Label> {
    const counter = this.counter(name, help, [label]);
    for (const value of values) counter.inc({ [label]: value } as Record<Label, string>, 0);
    return counter;
  }

  histogram<Label extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: Label[] = [],
  ): Histogram<Label> {
    return new Histogram({ name, help, buckets, labelNames, registers: [this.registry] });
  }
}
