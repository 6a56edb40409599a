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

/** A write that is not there without this message: nearly all of it is the kernel's. */
const WRITE_US = 3;

/** The writes of a flush, one for each member; whoever is the first to say something in it causes them. */
export function writesCostUs(members: number): number {
  return members * WRITE_US;
}
