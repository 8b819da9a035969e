import { isAssignedZip, isState, isStateName, isZipOf } from '../checks/us-zip.ts';
import type { Recognizer } from '../recognizer.ts';
import { matches } from '../text/matches.ts';

const ZIP = /(?<![\w.$€£+#/:-]|\d[ ,]|[:#/] )\d{5}(?:[- ]\d{4}(?!\d))?(?![\w]|[-.,]\d|%)/g;
const LABELLED_ZIP = /(?<![\w.$€£+-])\d{5}(?:[- ]?\d{4}(?!\d))?(?![\w]|[-.,]\d|%)/g;
const STATE_BEFORE = /(,?)[ \n]+([A-Z]{2}|[A-Z]\.[A-Z]\.),? {1,2}$/;
const NAME_BEFORE = /,\s+(?:\p{Lu}\p{L}+ )?(\p{Lu}\p{L}+),?\s{1,2}$/u;

/** ZIP codes of the USA. */
export const usZip: Recognizer = {
  id: 'us-zip',
  kind: 'US_ZIP',
  description: 'Five digits or ZIP+4 of an assigned area, after a state or beside words for it.',
  source: 'USPS Publication 65',
  regions: ['US'],
  needs: { digits: 5 },
  find(scanned, emit) {
    const { text } = scanned;
    for (const { index, 0: found } of matches(ZIP, text)) {
      if (!isAssignedZip(found)) continue;
      const score = scoreAfterState(text.slice(Math.max(0, index - 40), index), found);
      const length = score > 0 && / \d{4}$/.test(found) ? 5 : found.length;
      if (score > 0 && !/ (?:units|items|rows|people|users|records|cases)/.test(text.slice(index + 5, index + 13))) {
        emit(index, index + length, score, false);
      }
    }
    if (!scanned.mentions('US_ZIP')) return;
    for (const { index, 0: found } of matches(LABELLED_ZIP, text)) {
      if (!isAssignedZip(found) || !scanned.isLabelled('US_ZIP', index, index + found.length)) continue;
      emit(index, index + found.length, 0.85, false);
    }
  },
};

/** How sure the words in front make it: "San Diego, CA 92101" more than "in OR 97201". */
function scoreAfterState(before: string, zip: string): number {
  const [, comma, letters = ''] = STATE_BEFORE.exec(before) ?? [];
  const state = letters.replaceAll('.', '');
  if (isState(state) && (comma === ',' || isZipOf(state, zip))) return 0.85;
  return isStateName(NAME_BEFORE.exec(before)?.[1] ?? '') ? 0.75 : 0;
}
