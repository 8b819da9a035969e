import { setImmediate as turn } from 'node:timers/promises';

const BYTES_A_TURN = 1_000_000;
const ITEMS_A_TURN = 1_000;

/** Works on many items, in their order, without holding up everybody else's calls. */
export async function inTurns<T, R>(
  items: readonly T[],
  bytesOf: (item: T) => number,
  work: (item: T, index: number) => R,
): Promise<R[]> {
  const results: R[] = [];
  let [count, bytes] = [0, 0];
  for (const item of items) {
    results.push(work(item, results.length));
    count += 1;
    bytes += bytesOf(item);
    if (results.length === items.length || (count < ITEMS_A_TURN && bytes < BYTES_A_TURN)) continue;
    [count, bytes] = [0, 0];
    await turn();
  }
  return results;
}
