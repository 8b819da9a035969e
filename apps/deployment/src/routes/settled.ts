/** Waits for a promise, but no longer than `ms` and no longer than until `signal` aborts. */
export async function settled(change: Promise<void>, ms: number, signal: AbortSignal): Promise<void> {
  const end = Promise.withResolvers<void>();
  const timer = setTimeout(end.resolve, ms);
  const onAbort = (): void => end.resolve();
  if (signal.aborted) end.resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  await Promise.race([change, end.promise]);
  clearTimeout(timer);
  signal.removeEventListener('abort', onAbort);
}
