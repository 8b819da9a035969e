/** What a text has; a recogniser runs only where it can find something. */
export const Trait = { DIGITS: 1, AT: 2, COLONS: 4, DOTS: 8, LONG_WORD: 16, NAMED: 32 } as const;

const MIN_DIGITS = 4;
const LONG_WORD = 25;

/** Looks once at every character. */
export function traitsOf(text: string): number {
  let digits = 0;
  let dots = 0;
  let colons = 0;
  let word = 0;
  let traits = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 48 && code <= 57) digits += 1;
    const isWord = (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
    word = isWord ? word + 1 : 0;
    if (word === LONG_WORD) traits |= Trait.LONG_WORD;
    if (code === 64) traits |= Trait.AT;
    else if (code === 46) dots += 1;
    else if (code === 58) colons += 1;
  }
  if (digits >= MIN_DIGITS) traits |= Trait.DIGITS;
  if (dots > 0) traits |= Trait.DOTS;
  if (colons > 0) traits |= Trait.COLONS;
  return traits;
}
