import type { PiiKind } from './kind.ts';
import type { ScannedText } from './text/scanned-text.ts';
import type { Traits } from './text/traits.ts';

/** Where personal data is in a text, in UTF-16 units. */
export interface Finding {
  readonly kind: PiiKind;
  /** The id of the recogniser. */
  readonly recognizer: string;
  readonly start: number;
  readonly end: number;
  /** Above 0, up to 1. */
  readonly score: number;
  /** A check digit or an equally strong rule held. */
  readonly validated: boolean;
}

/** Tells of a finding. */
export type Emit = (start: number, end: number, score: number, validated: boolean) => void;

/** Finds one kind of personal data. */
export interface Recognizer {
  /** "us-ssn" */
  readonly id: string;
  readonly kind: PiiKind;
  /** In a sentence, with the rules that validate a candidate. */
  readonly description: string;
  /** The standard or number plan that the rules come from; empty if none. */
  readonly source: string;
  /** Countries that it knows, as ISO 3166-1 alpha-2; empty: it does not depend on one. */
  readonly regions: readonly string[];
  /** What a text must have at least to hold any. */
  readonly needs: Partial<Traits>;
  find(text: ScannedText, emit: Emit): void;
}
