const AGAIN_MS = 500;

/**
 * Repeats a request every half second, and takes the first answer. While a cluster has no leader nobody receives a
 * request, and it may assign the request to a server that has died. A caller of a single request would still wait for
 * its timeout after the cluster has recovered.
 *
 * @param ask each with its own timeout; the first failure ends all
 * @param tooLate called with answers that are no longer needed
 * @throws Error of the first request that fails
 */
export function askAgain<Answer>(
  ask: () => Promise<Answer>,
  tooLate: (answer: Answer) => void = () => undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    const end = (): void => {
      isOver = true;
      clearInterval(timer);
    };
    const once = (): void => {
      ask().then(
        (answer) => {
          if (isOver) tooLate(answer);
          end();
          resolve(answer);
        },
        (error) => {
          end();
          reject(error);
        },
      );
    };
    const timer = setInterval(once, AGAIN_MS).unref();
    once();
  });
}
