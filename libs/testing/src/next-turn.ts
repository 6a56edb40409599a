/** Resolves in the next turn of the event loop. Immediates run in order, so after those that are already queued. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
