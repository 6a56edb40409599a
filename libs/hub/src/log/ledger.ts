/** Maximum number of entries of a ledger. Further ones are rejected, because no valid entry may be forgotten. */
export const MAX_LEDGER_ENTRIES = 100_000;
export const MAX_LEDGER_KEY_BYTES = 256;
export const MAX_LEDGER_VALUE_BYTES = 65_536;

/** Why an entry was not written. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';

  /**
   * @param code `lost`: another hub leads, or may by now; `unavailable`: not known to be stored, and the lead ends;
   *   `full`: the ledger has the maximum number of entries
   */
  constructor(
    readonly code: 'lost' | 'unavailable' | 'full',
    message: string,
  ) {
    super(message);
  }
}

/** The term during which one hub leads, and is the only one that writes. */
export interface Lead {
  /** Whether no other hub leads yet, as far as this one can know. Check it before each external side effect. */
  readonly isHeld: boolean;
  /** The written entries. Changes appear when they are stored. */
  readonly entries: ReadonlyMap<string, string>;

  /**
   * Writes an entry, one at a time per key.
   *
   * @param key at most `MAX_LEDGER_KEY_BYTES`
   * @param value at most `MAX_LEDGER_VALUE_BYTES`; undefined removes the entry
   * @returns when it is stored
   * @throws LedgerError; RangeError for a key or value that is too long
   */
  set(key: string, value: string | undefined): Promise<void>;
}

/** A candidate for the lead. Its methods must not throw. */
export interface Candidate {
  /** This hub leads from now on. */
  began(lead: Lead): void;
  /** This hub is no longer the leader; it may again later. */
  ended(): void;
}

/**
 * Small durable state beside a log, and the election of a leader: one at a time among all candidate hubs of the log. It
 * lives as long as the log does.
 */
export abstract class Ledger {
  /** Whether hubs share it, so that another may lead. */
  abstract readonly isShared: boolean;

  /** Applies for the lead until the end. Call it once. */
  abstract lead(candidate: Candidate): void;

  /** Gives up the lead, so that another hub can take it at once. May be called at any time, also twice. */
  abstract end(): Promise<void>;
}

/**
 * For ledgers. @throws RangeError for a key or value that is too long; LedgerError if there is no room for another
 * entry
 */
export function checkLedgerEntry(
  entries: ReadonlyMap<string, string>,
  key: string,
  value: string | undefined,
): void {
  checkLength('key', key, MAX_LEDGER_KEY_BYTES);
  if (value === undefined) return;
  checkLength('value', value, MAX_LEDGER_VALUE_BYTES);
  if (entries.size >= MAX_LEDGER_ENTRIES && !entries.has(key))
    throw new LedgerError('full', `at most ${MAX_LEDGER_ENTRIES} entries can be kept`);
}

function checkLength(what: string, text: string, max: number): void {
  const bytes = Buffer.byteLength(text);
  if (bytes > max)
    throw new RangeError(`a ${what} of ${bytes} bytes is not allowed; allowed: at most ${max}`);
}
