/** What a line says besides its message, `event` first: its name in docs/operations.md. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where the hub writes its lines. Nothing here throws. */
export abstract class HubLogger {
  /** Whether lines at debug are written: what is costly to put together is left out otherwise. */
  abstract readonly isDebug: boolean;

  abstract debug(fields: LogFields, message: string): void;

  abstract info(fields: LogFields, message: string): void;

  abstract warn(fields: LogFields, message: string): void;

  abstract error(fields: LogFields, message: string): void;
}
