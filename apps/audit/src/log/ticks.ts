/** Ticks every so many milliseconds until work has ended, one way or the other. */
export async function* ticksUntil(work: Promise<unknown>, everyMs: number): AsyncGenerator<undefined> {
  const ended = work.then(
    () => true,
    () => true,
  );
  while (!(await hasEndedWithin(everyMs, ended))) yield undefined;
}

const hasEndedWithin = (ms: number, ended: Promise<boolean>): Promise<boolean> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms, false);
    void ended.then((hasEnded) => {
      clearTimeout(timer);
      resolve(hasEnded);
    });
  });
