const ADVICE = /^reconnect in (\d{1,9}) ms$/;

/** The reason of a 1012: over how long clients should spread their return, in milliseconds. */
export function reconnectAdvice(spreadMs: number): string {
  return `reconnect in ${Math.round(spreadMs)} ms`;
}

/** The milliseconds in such a reason; 0 for another reason. */
export function readReconnectAdvice(reason: string): number {
  return Number(ADVICE.exec(reason)?.[1] ?? 0);
}
