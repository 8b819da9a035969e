// Details travel in a trailer, of which some clients take no more than 8 KiB.
const ROOM = 3_000;

/** As many of the first items as fit into a status, but at least one. */
export function fitting<T>(items: readonly T[], textOf: (item: T) => string): T[] {
  let left = ROOM;
  return items.filter((item, index) => {
    left -= Buffer.byteLength(textOf(item)) + 16;
    return index === 0 || left >= 0;
  });
}
