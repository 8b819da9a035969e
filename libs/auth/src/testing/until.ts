import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until a condition holds. */
export async function until(holds: () => boolean, patienceMs = 30_000): Promise<void> {
  for (const giveUpAt = Date.now() + patienceMs; Date.now() < giveUpAt && !holds();) await sleep(5);
  if (!holds()) throw new Error(`it never came true: ${holds.toString()}`);
}
