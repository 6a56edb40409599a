/** What a ledger keeps at a time; one more is refused, because none that counts may be forgotten. */
export const MAX_LEDGER_ENTRIES = 100_000;
export const MAX_LEDGER_KEY_BYTES = 256;
export const MAX_LEDGER_VALUE_BYTES = 65_536;

/** Why something was not written down. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';

  /**
   * @param code `lost`: another hub leads, or may by now; `unavailable`: not known to be stored, and the lead ends; `full`:
   *   the ledger keeps as many entries as it can
   */
  constructor(
    readonly code: 'lost' | 'unavailable' | 'full',
    message: string,
  ) {
    super(message);
  }
}

/** The time in which one hub leads, and alone writes. */
export interface Lead {
  /** Whether no other hub leads yet, as far as this one can know. What has effects outside asks before each of them. */
  readonly isHeld: boolean;
  /** What is written down; changes are in it when they are stored. */
  readonly entries: ReadonlyMap<string, string>;

  /**
   * One at a time for each key.
   *
   * @param key at most `MAX_LEDGER_KEY_BYTES`
   * @param value at most `MAX_LEDGER_VALUE_BYTES`; undefined removes the entry
   * @returns when it is stored
   * @throws LedgerError; RangeError for a key or value that is too long
   */
  set(key: string, value: string | undefined): Promise<void>;
}

/** Who wants to lead. Neither throws. */
export interface Candidate {
  /** This hub leads from now on. */
  began(lead: Lead): void;
  /** It does not lead any longer; it may again later. */
  ended(): void;
}

/**
 * Small durable state beside a log, and the hub that leads: of all hubs of the log that apply, one at a time. It lives as
 * long as the log does.
 */
export abstract class Ledger {
  /** Whether hubs share it, so that another may lead. */
  abstract readonly isShared: boolean;

  /** Applies for the lead until the end. To be called once. */
  abstract lead(candidate: Candidate): void;

  /** Gives the lead up, so that another hub may have it at once. To be called at any time, also twice. */
  abstract end(): Promise<void>;
}

/** For ledgers. @throws RangeError for a key or value that is too long; LedgerError if there is no room for one more */
export function checkLedgerEntry(
  entries: ReadonlyMap<string, string>,
  key: string,
  value: string | undefined,
): void {
  checkLength('key', key, MAX_LEDGER_KEY_BYTES);
  if (value === undefined) return;
  checkLength('value', value, MAX_LEDGER_VALUE_BYTES);
  if (entries.size >= MAX_LEDGER_ENTRIES && !entries.has(key))
    throw new LedgerError('full', `no more than ${MAX_LEDGER_ENTRIES} entries are kept`);
}

function checkLength(what: string, text: string, max: number): void {
  const bytes = Buffer.byteLength(text);
  if (bytes > max)
    throw new RangeError(`a ${what} of ${bytes} bytes is not allowed; allowed: at most ${max}`);
}
