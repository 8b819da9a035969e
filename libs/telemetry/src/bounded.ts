import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for `work`, but no longer than `ms`; a failure of `work` counts as its end. For goodbyes that must not hang. */
export async function bounded(work: Promise<unknown>, ms: number): Promise<void> {
  const settled = new AbortController();
  const bound = sleep(ms, undefined, { signal: settled.signal }).catch(() => undefined);
  await Promise.race([work.catch(() => undefined), bound]);
  settled.abort();
}
