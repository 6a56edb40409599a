import type uPlot from 'uplot';
import { time } from './formats.js';

const HEIGHT_PX = 112;
const AXIS_PX = 58;
const TIME_AXIS_PX = 22;
const FONT = '11px system-ui, sans-serif';
/** Charts of this group point at the same time. */
const GROUP = 'overview';

/** Steps of an axis for bytes. */
const POWERS_OF_TWO = Array.from({ length: 50 }, (_, power) => 2 ** power);

/** How charts differ, and what to call when a sample is pointed at. */
export interface Looks {
  short(value: number): string;
  readonly isBinary: boolean;
  onPoint(index: number | null): void;
}

/** How a chart looks; colours are read from the page when they are drawn, so they follow its scheme. */
export function optionsOf(element: HTMLElement, { short, isBinary, onPoint }: Looks): uPlot.Options {
  const muted = () => getComputedStyle(element).outlineColor;
  const grid = { stroke: () => getComputedStyle(element).borderTopColor, width: 1 };
  const axis = { stroke: muted, font: FONT, grid, ticks: { show: false } };
  return {
    width: Math.max(element.clientWidth, 1),
    height: HEIGHT_PX,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, sync: { key: GROUP }, points: { size: 6 } },
    scales: { y: { range: (_, __, max) => [0, max > 0 ? max * 1.1 : 1] } },
    series: [
      {},
      {
        width: 1.5,
        points: { show: false },
        stroke: () => getComputedStyle(element).color,
        fill: () => getComputedStyle(element).textDecorationColor,
      },
    ],
    axes: [
      {
        ...axis,
        size: TIME_AXIS_PX,
        space: 70,
        values: (_, splits, __, ___, step) => splits.map(step < 60 ? inSeconds : inMinutes),
      },
      {
        ...axis,
        size: AXIS_PX,
        space: 28,
        values: (_, splits) => splits.map(short),
        ...(isBinary && { incrs: POWERS_OF_TWO }),
      },
    ],
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)] },
  };
}

/** Seconds as `09:41:30`. */
function inSeconds(at: number): string {
  return time(at * 1000);
}

/** Seconds as `09:41`. */
function inMinutes(at: number): string {
  return inSeconds(at).slice(0, -3);
}
