const WORD = /[\p{L}\p{N}_]+/gu;
// The same, and faster, for what needs no Unicode.
const ASCII = /^[\0-\x7f]*$/;
const ASCII_WORD = /[a-z0-9_]+/g;
/** Longer ones are cut, here as there. */
const MAX_LENGTH = 64;

/** The words of a text, in lower case, each once: runs of letters, digits and "_". */
export const wordsIn = (text: string): string[] => [...new Set(runsIn(text).map((word) => word.slice(0, MAX_LENGTH)))];

const runsIn = (text: string): readonly string[] =>
  ASCII.test(text)
    ? (text.toLowerCase().match(ASCII_WORD) ?? [])
    : (text.normalize('NFKC').toLowerCase().match(WORD) ?? []);

/** The words in details: those of every key and every value. */
export function wordsOf(details: unknown): Set<string> {
  const words = new Set<string>();
  collect(details, words);
  return words;
}

function collect(value: unknown, words: Set<string>): void {
  if (typeof value === 'string') for (const word of wordsIn(value)) words.add(word);
  else if (typeof value === 'number' || typeof value === 'boolean') collect(String(value), words);
  else if (Array.isArray(value)) for (const item of value) collect(item, words);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      collect(key, words);
      collect(item, words);
    }
  }
}
