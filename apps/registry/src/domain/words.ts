// PostgreSQL takes words of up to 2,046 bytes; a search has at most 200 characters, so nothing longer is ever asked for.
const MAX_WORD = 400;

/** The words of a text: runs of letters and digits, in any script, without regard to case or Unicode form. */
export const wordsOf = (text: string): string[] =>
  (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  ).map((word) => word.slice(0, MAX_WORD));

/** The distinct words of several texts. */
export const distinctWords = (texts: readonly string[]): string[] => [...new Set(texts.flatMap(wordsOf))].sort();

/** A tsquery for texts that have all of the words, the last one also as the beginning of a word; empty for none. */
export const searchQuery = (text: string): string =>
  wordsOf(text)
    .map((word, index, words) => `'${word}'${index === words.length - 1 ? ':*' : ''}`)
    .join(' & ');
