import { headerRow, type HeaderRow } from './header-row.ts';
import { labelsIn, type Label } from './labels.ts';
import type { Meaning } from './label-words.ts';

/** What is said about a candidate by the words around it. */
export interface Context {
  readonly meaning: Meaning;
  /** Characters between the words and the candidate; 0 for the name of the field. */
  readonly distance: number;
}

/** A text under the eyes of recognisers. */
export interface ScannedText {
  readonly text: string;
  /** What the name of the field says, if there is one and it says anything. */
  readonly field: Meaning | undefined;
  /** The last segment of the field's path; empty for text without one. */
  readonly fieldName: string;
  /** Countries whose formats count; empty: all. */
  readonly regions: ReadonlySet<string>;
  /** The latest year that anyone can be born in. */
  readonly thisYear: number;
  /** Whether any word of the text, or its field, speaks of this. */
  mentions(meaning: Meaning): boolean;
  /** What the words nearest to a candidate say that it is. */
  contextOf(start: number, end: number): Context | undefined;
  /** Whether words say of a candidate that it is this, with no other candidate nearer to them. */
  isLabelled(meaning: Meaning, start: number, end: number): boolean;
  /** Whether words right in front of a candidate say that it is something else than this, or an account. */
  isDenied(meaning: Meaning, start: number): boolean;
}

/** What a text is scanned with. */
export interface ScanSurroundings {
  readonly field: Meaning | undefined;
  readonly fieldName: string;
  readonly regions: ReadonlySet<string>;
  readonly thisYear: number;
}

const BEFORE = 42;
const AFTER = 28;
const DIRECTLY = 14;
// A value between a label and a candidate is what the label speaks of.
const VALUE = /\d{2}/;
// "123456789 SSN: 987..." announces what comes next; so does a label at the end of a clause.
const ANNOUNCES = /^\s{0,2}["']?\s{0,2}[:=#]/;
const CLAUSE_END = /[.;!?\n|]\s|\n|\t|,\s*$|,\S*,/;

/** Reads the labels of a text once, when the first recogniser asks. */
export function scannedText(text: string, around: ScanSurroundings): ScannedText {
  const known: { labels?: Label[]; meanings?: Set<Meaning>; header?: HeaderRow | null } = {};
  const labels = (): Label[] => (known.labels ??= labelsIn(text));
  const named: Context | undefined = around.field && { meaning: around.field, distance: 0 };

  const before = (start: number): Context | undefined => {
    known.header ??= headerRow(text) ?? null;
    const column = known.header?.columnAt(start);
    if (column) return column.meaning && { meaning: column.meaning, distance: 0 };
    return nearestBefore(text, labels(), start);
  };
  const contextOf = (start: number, end: number): Context | undefined =>
    before(start) ?? named ?? nearestAfter(text, labels(), end);

  return {
    text,
    ...around,
    mentions(meaning) {
      if (around.field === meaning) return true;
      known.meanings ??= new Set(labels().map((label) => label.meaning));
      return known.meanings.has(meaning);
    },
    contextOf,
    isLabelled: (meaning, start, end) => contextOf(start, end)?.meaning === meaning,
    isDenied(meaning, start) {
      const context = before(start) ?? (named?.meaning === 'OTHER_ID' ? named : undefined);
      if (!context || context.meaning === 'OTHER_DATE') return false;
      return context.meaning !== meaning && context.meaning !== 'IBAN' && context.distance <= DIRECTLY;
    },
  };
}

/** The label in front of a place that speaks of what stands there. */
function nearestBefore(text: string, labels: readonly Label[], start: number): Context | undefined {
  for (let index = countUpTo(labels, start) - 1; index >= 0; index -= 1) {
    const label = labels[index];
    if (!label || label.end > start) continue;
    const gap = start - label.end;
    if (gap > BEFORE || VALUE.test(text.slice(label.end, start))) return undefined;
    if (isWeak(label.meaning) && gap > DIRECTLY) continue;
    // "passport id": the word before says more.
    if (isVague(text.slice(label.start, label.end)) && label.start - (labels[index - 1]?.end ?? -9) <= 3) continue;
    return { meaning: label.meaning, distance: gap };
  }
  return undefined;
}

/** The label behind a place, unless it announces what comes after it. */
function nearestAfter(text: string, labels: readonly Label[], end: number): Context | undefined {
  const next = labels[countUpTo(labels, end)];
  if (!next || next.start - end > AFTER || isWeak(next.meaning)) return undefined;
  const gap = text.slice(end, next.start);
  if (VALUE.test(gap) || CLAUSE_END.test(gap) || ANNOUNCES.test(text.slice(next.end, next.end + 6))) return undefined;
  return { meaning: next.meaning, distance: gap.length };
}

/** Words that only count right beside a value. */
const isWeak = (meaning: Meaning): boolean => meaning === 'OTHER_ID' || meaning === 'OTHER_DATE' || meaning === 'URL';

const isVague = (words: string): boolean => /^(?:ids?|codes?|ref|count|number)$/i.test(words);

/** How many labels begin before a place. */
function countUpTo(labels: readonly Label[], place: number): number {
  let [low, high] = [0, labels.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((labels[middle]?.start ?? 0) < place) low = middle + 1;
    else high = middle;
  }
  return low;
}
