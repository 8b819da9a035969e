import type { PiiKind } from '../kind.ts';
import type { Random } from './random.ts';

/** A stretch of a text that is personal data. */
export interface LabelledSpan {
  readonly kind: PiiKind;
  readonly start: number;
  readonly end: number;
}

/** A text with everything labelled that is in it; nothing for a hard negative. */
export interface Sample {
  readonly text: string;
  /** Where it stands in a record; empty for text of its own. */
  readonly path: string;
  readonly spans: readonly LabelledSpan[];
}

/** Makes a value of a kind. */
export type Maker = (random: Random) => string;

/** What can stand in templates, by its name. */
export type Makers = Readonly<Record<string, Maker>>;

const SLOT = /\{(!?)(\w+)(?::(\w+))?\}/g;
const FIELD = /^field:([\w.[\]]+)\|(.*)$/s;

/**
 * Fills a template: "{EMAIL}" becomes a value with a label, "{US_SSN:flat}" one of the maker `flat`, "{!name}" one
 * without a label. A template that begins with "field:path|" stands in a field.
 */
export function fill(template: string, random: Random, makers: Makers): Sample {
  const [, path = '', body = template] = FIELD.exec(template) ?? [];
  const spans: LabelledSpan[] = [];
  let text = '';
  let last = 0;
  for (const { index, 0: whole, 1: isOther, 2: kind = '', 3: maker = kind } of body.matchAll(SLOT)) {
    const make = makers[maker];
    if (!make) throw new Error(`nothing makes ${maker} in "${template}"`);
    text += body.slice(last, index);
    const value = make(random);
    if (isOther !== '!') spans.push({ kind: kind as PiiKind, start: text.length, end: text.length + value.length });
    text += value;
    last = index + whole.length;
  }
  return { text: text + body.slice(last), path, spans };
}
