const AGAIN_MS = 500;

/**
 * Asks now and then every half second, and takes the first answer: while a cluster has no leader nobody hears a
 * question, and it may choose the server that has died for what is asked for. Who only waits for one question to time
 * out loses that time after all is well again.
 *
 * @param ask each with a time-out of its own; the first that fails ends it all
 * @param tooLate told of answers that nobody needs any more
 * @throws Error of the first question that fails
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
