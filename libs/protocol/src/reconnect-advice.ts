const ADVICE = /^reconnect in (\d{1,9}) ms$/;

/** The reason of a 1012: how long the clients that are sent away are to spread their return over, in milliseconds. */
export function reconnectAdvice(spreadMs: number): string {
  return `reconnect in ${Math.round(spreadMs)} ms`;
}

/** The milliseconds in such a reason; 0 if it is another. */
export function readReconnectAdvice(reason: string): number {
  return Number(ADVICE.exec(reason)?.[1] ?? 0);
}
