import { fieldMeaning } from './field-name.ts';
import type { Meaning } from './label-words.ts';

/** What the columns of a text say that is laid out as a table with a row of names on top. */
export interface HeaderRow {
  /** The column that a place is in: what its name says, if anything. Undefined: the place is in no row of the table. */
  columnAt(start: number): { readonly meaning: Meaning | undefined } | undefined;
}

const LONGEST_ROW = 10_000;
const DELIMITERS = [',', ';', '\t', '|'];
const NAME = /^\s*["']?[\p{L}_][\p{L}\p{N}_ .#/-]{0,40}["']?\s*$/u;

/** The row of names on top of a text, if it has one. */
export function headerRow(text: string): HeaderRow | undefined {
  const end = text.indexOf('\n');
  if (end < 3 || end > 4_096) return undefined;
  const line = text.slice(0, end).replace(/\r$/, '');
  const delimiter =
    DELIMITERS.find((one) => line.split(one).length > 2) ?? DELIMITERS.find((one) => line.includes(one));
  if (delimiter === undefined) return undefined;
  const names = line.split(delimiter);
  if (!names.every((name) => NAME.test(name) || name === '')) return undefined;
  const meanings = names.map((name) => fieldMeaning(name.replace(/["']/g, '').trim().replaceAll('.', ' ')));
  if (meanings.every((meaning) => meaning === undefined)) return undefined;
  return {
    columnAt(start) {
      const from = text.lastIndexOf('\n', start - 1) + 1;
      if (from <= end || start - from > LONGEST_ROW) return undefined;
      const before = countOf(text, delimiter, from, start);
      const all = before + countOf(text, delimiter, start, endOfLine(text, start));
      return all === names.length - 1 ? { meaning: meanings[before] } : undefined;
    },
  };
}

const endOfLine = (text: string, start: number): number => {
  const end = text.indexOf('\n', start);
  return end < 0 ? text.length : end;
};

/** Delimiters that stand in no quotes. */
function countOf(text: string, delimiter: string, from: number, to: number): number {
  let count = 0;
  let isQuoted = false;
  for (let index = from; index < to; index += 1) {
    const one = text.charAt(index);
    if (one === '"') isQuoted = !isQuoted;
    else if (one === delimiter && !isQuoted) count += 1;
  }
  return count;
}
