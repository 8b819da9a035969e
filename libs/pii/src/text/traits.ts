/** What a text has; a recogniser runs only where there is enough of what it needs. */
export interface Traits {
  readonly digits: number;
  readonly dots: number;
  readonly colons: number;
  /** Letters and digits of its longest word of ASCII. */
  readonly longest: number;
}

/** Looks once at every character. */
export function traitsOf(text: string): Traits {
  let [digits, dots, colons, word, longest] = [0, 0, 0, 0, 0];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 48 && code <= 57) digits += 1;
    else if (code === 46) dots += 1;
    else if (code === 58) colons += 1;
    const isWord = (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
    word = isWord ? word + 1 : 0;
    if (word > longest) longest = word;
  }
  return { digits, dots, colons, longest };
}

/** Whether a text has at least as much. */
export const hasEnough = (traits: Traits, needs: Partial<Traits>): boolean =>
  traits.digits >= (needs.digits ?? 0) &&
  traits.dots >= (needs.dots ?? 0) &&
  traits.colons >= (needs.colons ?? 0) &&
  traits.longest >= (needs.longest ?? 0);
