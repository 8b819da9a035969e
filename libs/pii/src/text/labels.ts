import { LABEL_WORDS, SPACELESS_LABELS, type Meaning } from './label-words.ts';
import { matches } from './matches.ts';

/** A word or phrase that says what stands beside it. */
export interface Label {
  readonly meaning: Meaning;
  readonly start: number;
  readonly end: number;
}

interface Phrase {
  readonly words: readonly string[];
  readonly meaning: Meaning;
}

interface Word {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

const OTHER_THAN_ASCII = /[^\x00-\x7f]/;
// Words, and the parts of names such as customerSsn, NHSNumber and date_of_birth.
const ASCII_WORD = /[A-Z]+s?(?![a-z])|[A-Z]?[a-z]+/g;
const ANY_WORD = /\p{Lu}+s?(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{Lo}\p{M}]+/gu;
// What may stand between the words of a phrase.
const MAX_GAP = 2;

const phrases = new Map<string, Phrase[]>();
for (const [meaning, list] of Object.entries(LABEL_WORDS) as [Meaning, string][]) {
  for (const phrase of list.split('|')) {
    const words = phrase.trim().split(/\s+/);
    const first = words[0] ?? '';
    phrases.set(first, [...(phrases.get(first) ?? []), { words, meaning }]);
  }
}
for (const list of phrases.values()) list.sort((a, b) => b.words.length - a.words.length);

/** Every label of a text, in its order. */
export function labelsIn(text: string): Label[] {
  const isAscii = !OTHER_THAN_ASCII.test(text);
  const words: Word[] = [];
  for (const match of matches(isAscii ? ASCII_WORD : ANY_WORD, text)) {
    words.push({ word: match[0].toLowerCase(), start: match.index, end: match.index + match[0].length });
  }
  const labels: Label[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const found = phraseAt(words, at);
    if (!found) continue;
    labels.push(found.label);
    at += found.count - 1;
  }
  return isAscii ? labels : [...labels, ...spaceless(text)].sort((a, b) => a.start - b.start);
}

function phraseAt(words: readonly Word[], at: number): { label: Label; count: number } | undefined {
  const first = words[at];
  if (!first) return undefined;
  const known =
    phrases.get(first.word) ?? (first.word.endsWith('s') ? phrases.get(first.word.slice(0, -1)) : undefined);
  for (const { words: expected, meaning } of known ?? []) {
    const end = endOf(expected, words, at);
    if (end !== undefined) return { label: { meaning, start: first.start, end }, count: expected.length };
  }
  return undefined;
}

/** Where a phrase ends that begins at a word; undefined when another word comes in between. */
function endOf(expected: readonly string[], words: readonly Word[], at: number): number | undefined {
  let end = words[at]?.end ?? 0;
  for (let index = 1; index < expected.length; index += 1) {
    const next = words[at + index];
    if (!next || next.word !== expected[index] || next.start - end > MAX_GAP) return undefined;
    end = next.end;
  }
  return end;
}

function spaceless(text: string): Label[] {
  const labels: Label[] = [];
  for (const [word, meaning] of SPACELESS_LABELS) {
    for (let start = text.indexOf(word); start >= 0; start = text.indexOf(word, start + word.length)) {
      labels.push({ meaning, start, end: start + word.length });
    }
  }
  return labels;
}
