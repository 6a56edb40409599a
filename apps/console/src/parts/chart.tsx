import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import './chart.css';
import { type Looks, optionsOf } from './chart-options.js';
import { time } from './formats.js';

export interface ChartProps {
  readonly title: string;
  /** Unix milliseconds, ascending. */
  readonly times: readonly number[];
  readonly values: readonly number[];
  /** A figure with its unit. */
  format(value: number): string;
  /** The same, where there is little room. */
  short?(value: number): string;
  /** Whether its axis goes in powers of two, as bytes do. */
  readonly isBinary?: boolean | undefined;
}

/** One measure over time. Its figure is that of the newest sample, or of the one that is pointed at, on all charts at once. */
export function Chart({ title, times, values, format, short = format, isBinary = false }: ChartProps) {
  const [pointed, setPointed] = useState<number | null>(null);
  const box = useRef<HTMLDivElement>(null);
  usePlot(box, times, values, { short, isBinary, onPoint: setPointed });
  const isPointed = pointed !== null && pointed < values.length;
  const index = isPointed ? pointed : values.length - 1;
  const value = values[index];
  return (
    <figure class="chart">
      <figcaption>
        <span>{title}</span>
        <span>
          <span class="muted small">{isPointed && time(times[index] ?? 0)}</span>{' '}
          <b>{value === undefined ? '–' : format(value)}</b>
        </span>
      </figcaption>
      <div ref={box} class="plot" role="img" aria-label={inWords(title, values, format)} />
    </figure>
  );
}

/** What the line shows, for screen readers. */
function inWords(title: string, values: readonly number[], format: ChartProps['format']): string {
  const now = values.at(-1);
  if (now === undefined) return `${title}: nothing measured yet`;
  return `${title}: now ${format(now)}, between ${format(Math.min(...values))} and ${format(Math.max(...values))}`;
}

type Box = { readonly current: HTMLDivElement | null };

/** Makes the plot once; then it follows its figures, its box and the colours of the page. */
function usePlot(box: Box, times: readonly number[], values: readonly number[], looks: Looks): void {
  const plot = useRef<uPlot | undefined>(undefined);
  // made once; what changes is given to it below.
  useEffect(() => {
    const element = box.current as HTMLDivElement;
    const own = new uPlot(optionsOf(element, looks), [[], []], element);
    plot.current = own;
    const stop = follow(own, element);
    return () => {
      stop();
      own.destroy();
    };
  }, []);
  useEffect(() => {
    plot.current?.setData([times.map((at) => at / 1000), [...values]]);
  }, [times, values]);
}

function follow(plot: uPlot, element: HTMLElement): () => void {
  const sizes = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: plot.height }));
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  const redraw = () => plot.redraw(false);
  sizes.observe(element);
  scheme.addEventListener('change', redraw);
  return () => {
    sizes.disconnect();
    scheme.removeEventListener('change', redraw);
  };
}
