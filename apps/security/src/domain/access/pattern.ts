/** Whether a text matches a pattern: exactly, or by its beginning where the pattern ends with "*". Byte for byte. */
export const matchesPattern = (pattern: string, text: string): boolean =>
  pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : pattern === text;

/** Values under patterns, found without trying each pattern. */
export interface PatternMap<V> {
  add(pattern: string, value: V): void;
  /** The values of every pattern that a text matches; a value that was added under several may come several times. */
  find(text: string): V[];
}

/** An empty map. A look-up costs one probe for each length that the beginnings in it have. */
export function patternMap<V>(): PatternMap<V> {
  const exact = new Map<string, V[]>();
  const beginnings = new Map<string, V[]>();
  const lengths = new Set<number>();

  return {
    add(pattern, value) {
      const beginning = pattern.endsWith('*') ? pattern.slice(0, -1) : undefined;
      if (beginning !== undefined) lengths.add(beginning.length);
      append(beginning === undefined ? exact : beginnings, beginning ?? pattern, value);
    },
    find(text) {
      const found = [...(exact.get(text) ?? [])];
      for (const length of lengths) {
        if (length > text.length) continue;
        const values = beginnings.get(text.slice(0, length));
        if (values) for (const value of values) found.push(value);
      }
      return found;
    },
  };
}

function append<V>(map: Map<string, V[]>, key: string, value: V): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
