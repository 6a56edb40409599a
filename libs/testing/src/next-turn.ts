/** Resolves in the next turn of the event loop; immediates are done in their order, so after those that stand already. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
