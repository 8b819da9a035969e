/** Runs `work` so that every caller gets a run that began after its call, and at most one runs at a time. */
export function coalesced(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const start = (): Promise<void> => (running = work().finally(() => (running = undefined)));
  const startNext = (): Promise<void> => {
    next = undefined;
    return start();
  };

  return () => (running ? (next ??= running.then(startNext, startNext)) : start());
}
