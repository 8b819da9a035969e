import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until a condition holds, for two seconds at most. */
export async function until(holds: () => boolean): Promise<void> {
  for (let left = 400; left > 0 && !holds(); left -= 1) await sleep(5);
  if (!holds()) throw new Error(`it never came true: ${holds.toString()}`);
}
