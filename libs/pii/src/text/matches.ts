/** Every match of a global pattern, one after the other. `matchAll` would copy the pattern for each text. */
export function* matches(pattern: RegExp, text: string): Generator<RegExpExecArray> {
  let from = 0;
  for (;;) {
    pattern.lastIndex = from;
    const match = pattern.exec(text);
    if (!match) return;
    yield match;
    from = Math.max(pattern.lastIndex, match.index + Math.max(match[0].length, 1));
  }
}
