import type { PiiKind } from '../kind.ts';
import type { Recognizer } from '../recognizer.ts';
import type { ScannedText } from '../text/scanned-text.ts';

/** The whole value of a field whose name says what it is. */
const byField = (
  about: Pick<Recognizer, 'id' | 'description'> & { kind: PiiKind; score: number },
  isOne: (value: string, scanned: ScannedText) => boolean,
): Recognizer => ({
  ...about,
  source: '',
  regions: [],
  needs: {},
  find(scanned, emit) {
    if (scanned.field !== about.kind || !isOne(scanned.text.trim(), scanned)) return;
    emit(0, scanned.text.length, about.score, false);
  },
});

/** Ages in years. */
export const age = byField(
  { id: 'age', kind: 'AGE', score: 0.8, description: 'A whole number from 0 to 130 in a field that is named for it.' },
  (value) => /^\d{1,3}(?:\.0)?$/.test(value) && Number(value) <= 130,
);

/** Postal addresses. */
export const postalAddress = byField(
  {
    id: 'postal-address',
    kind: 'POSTAL_ADDRESS',
    score: 0.9,
    description: 'The text of a field that is named for an address or a street.',
  },
  (value) => value.length >= 4 && /\p{L}{2}/u.test(value) && !/^[^\s@]+@[^\s@]+$|:\/\//.test(value),
);

/** Ids of persons in business systems. */
export const personId = byField(
  {
    id: 'person-id',
    kind: 'PERSON_ID',
    score: 0.8,
    description: 'The value of a field that is named for the id of a user, customer, patient, member or employee.',
  },
  (value) => /^\S{1,64}$/.test(value),
);
