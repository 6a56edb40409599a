/** The fields of a line besides its message. `event` comes first: its name in docs/operations.md. */
export type LogFields = Readonly<Record<string, unknown>>;

/** The hub's logger. Its methods must not throw. */
export abstract class HubLogger {
  /** Whether debug lines are written. If not, the hub does not compute costly ones. */
  abstract readonly isDebug: boolean;

  abstract debug(fields: LogFields, message: string): void;

  abstract info(fields: LogFields, message: string): void;

  abstract warn(fields: LogFields, message: string): void;

  abstract error(fields: LogFields, message: string): void;
}
