import type { PiiKind } from '../../kind.ts';
import type { LabelledSpan, Sample } from '../sample.ts';
import { WRITTEN_OTHERS } from './others.ts';
import { WRITTEN_PEOPLE } from './people.ts';
import { UNSEEN_FORMS } from './unseen-forms.ts';
import { UNSEEN_OTHERS } from './unseen-others.ts';
import { UNSEEN_PEOPLE } from './unseen-people.ts';

const LABEL = /⟦([A-Z0-9_]+)\|([^⟧]+)⟧/g;
const FIELD = /^field:([\w.[\]]+)\|(.*)$/s;

/** Texts that were written by hand and not made: other words, other layouts, four languages. */
export const WRITTEN: readonly Sample[] = [...WRITTEN_PEOPLE, ...WRITTEN_OTHERS].map(sampleOf);

/** More of them, by someone who had not looked at the recognisers. */
export const WRITTEN_UNSEEN: readonly Sample[] = [...UNSEEN_PEOPLE, ...UNSEEN_FORMS, ...UNSEEN_OTHERS].map(sampleOf);

function sampleOf(line: string): Sample {
  const [, path = '', body = line] = FIELD.exec(line) ?? [];
  const spans: LabelledSpan[] = [];
  let text = '';
  let last = 0;
  for (const { index, 0: whole, 1: kind = '', 2: value = '' } of body.matchAll(LABEL)) {
    text += body.slice(last, index);
    spans.push({ kind: kind as PiiKind, start: text.length, end: text.length + value.length });
    text += value;
    last = index + whole.length;
  }
  return { text: text + body.slice(last), path, spans };
}
