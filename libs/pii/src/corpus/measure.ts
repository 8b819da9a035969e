import { PII_KINDS, type PiiKind } from '../kind.ts';
import type { Sample } from './sample.ts';

/** What something found in a text. */
export interface Found {
  readonly kind: PiiKind;
  readonly start: number;
  readonly end: number;
}

/** How well a kind was found. */
export interface Accuracy {
  readonly kind: PiiKind;
  /** Labelled values. */
  readonly positives: number;
  /** Correct findings among the findings, 0 to 1. */
  readonly precision: number;
  /** Labelled values found, 0 to 1. */
  readonly recall: number;
  /** Labelled values found to the character, 0 to 1. */
  readonly exact: number;
}

/** A mistake, for whoever wants to know why. */
export interface Mistake {
  readonly kind: PiiKind;
  readonly missed: boolean;
  readonly sample: Sample;
  readonly found: readonly Found[];
}

const MIN_COMMON = 0.5;

const common = (a: Found, b: Found): number =>
  Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start)) /
  (Math.max(a.end, b.end) - Math.min(a.start, b.start));

const matches = (a: Found, b: Found): boolean => a.kind === b.kind && common(a, b) >= MIN_COMMON;

/** Compares what is labelled with what was found: the same kind, at least half of both together in common. */
export function measure(
  samples: readonly Sample[],
  scan: (sample: Sample) => readonly Found[],
  onMistake?: (mistake: Mistake) => void,
): Accuracy[] {
  const tally = new Map(PII_KINDS.map((kind) => [kind, { labelled: 0, hit: 0, exact: 0, found: 0, right: 0 }]));
  for (const sample of samples) {
    const found = scan(sample);
    for (const span of sample.spans) {
      const of = tally.get(span.kind);
      if (!of) continue;
      const hit = found.filter((one) => matches(one, span));
      of.labelled += 1;
      of.hit += Number(hit.length > 0);
      of.exact += Number(hit.some(({ start, end }) => start === span.start && end === span.end));
      if (hit.length === 0) onMistake?.({ kind: span.kind, missed: true, sample, found });
    }
    for (const one of found) {
      const of = tally.get(one.kind);
      if (!of) continue;
      const isRight = sample.spans.some((span) => matches(one, span));
      of.found += 1;
      of.right += Number(isRight);
      if (!isRight) onMistake?.({ kind: one.kind, missed: false, sample, found });
    }
  }
  return [...tally].map(([kind, { labelled, hit, exact, found, right }]) => ({
    kind,
    positives: labelled,
    precision: found === 0 ? 1 : right / found,
    recall: labelled === 0 ? 1 : hit / labelled,
    exact: labelled === 0 ? 1 : exact / labelled,
  }));
}
