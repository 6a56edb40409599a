/** A reason not to start that the operator can mend: shown as one line, without a stack. */
export class StartError extends Error {
  override readonly name = 'StartError';

  /** @param exitCode in place of the command's own for a bad configuration */
  constructor(
    message: string,
    readonly exitCode?: number,
  ) {
    super(message);
  }
}
