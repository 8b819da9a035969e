import { LRUCache } from 'lru-cache';

/** How many answers are remembered, and for how long. */
export interface RememberedOptions {
  readonly max: number;
  /** In milliseconds; without it, until others need the place. */
  readonly ttl?: number;
}

/** Reads once for each key: whoever asks while a reading is under way shares it, and one that failed is not kept. */
export function remembered<T>(
  read: (key: string) => Promise<T>,
  options: RememberedOptions,
): (key: string) => Promise<T> {
  const known = new LRUCache<string, Promise<T>>(options);

  return (key) => {
    const before = known.get(key);
    if (before) return before;
    const reading = read(key);
    known.set(key, reading);
    reading.catch(() => known.peek(key) === reading && known.delete(key));
    return reading;
  };
}
