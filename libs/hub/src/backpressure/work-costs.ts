/**
 * The approximate costs of the work that waits for the next flush, in microseconds, measured on one core of 2026. Only
 * good for comparing kinds of work. Work that is done immediately is timed by the clock instead.
 */

/** Adding a frame to what waits for one audience. */
const ADD_US = 0.4;
/** A byte that the kernel copies for one recipient. */
const BYTE_US = 0.000_3;

/** One message, for all members of an audience: its part of the write that every one of them gets anyway. */
export function fanOutCostUs(members: number, frameBytes: number): number {
  return ADD_US + members * frameBytes * BYTE_US;
}

/** A write that would not happen without this message. Nearly all of it is spent in the kernel. */
const WRITE_US = 3;

/** The writes of a flush, one per member. They are charged to the first message in it. */
export function writesCostUs(members: number): number {
  return members * WRITE_US;
}
