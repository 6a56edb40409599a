import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Reads one number per value of a label. */
export type ReadByLabel = () => Iterable<readonly [value: string, number: number]>;

/**
 * Creates metrics in one registry. Names follow the Prometheus conventions: base units, `_total` for counters.
 *
 * Events per message are counted in plain numbers elsewhere and read at each scrape: `running` and `momentary`.
 */
export class Instruments {
  readonly registry = new Registry();

  /** A counter whose value is kept elsewhere. */
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

  /** The same, one per value of a label. */
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

  /** A gauge whose value is kept elsewhere. */
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

  /** The same, one per value of a label. */
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
   * A counter with one label whose values are known. Each series starts at 0: a series that starts with its first event
   * has no rate at that moment, and an alert would miss it.
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
