/**
 * What the work that waits for the next flush costs, in microseconds, about: as measured on one core of 2026, and only
 * good for comparing one kind with another. Work that is done on the spot is measured by the clock instead.
 */

/** Adding a frame to what waits for one audience. */
const ADD_US = 0.4;
/** A byte that the kernel copies for one recipient. */
const BYTE_US = 0.000_3;

/** One message, for all members of an audience: its part of the write that every one of them gets anyway. */
export function fanOutCostUs(members: number, frameBytes: number): number {
  return ADD_US + members * frameBytes * BYTE_US;
}
