import type { FieldFindings } from '@weir/contracts/security';
import type { ValueFinding } from './value-scan.ts';

/** Counts what each recogniser found in the values of one field. */
export interface FieldFindingsTally {
  /** Notes what was found in one value. */
  note(findings: readonly ValueFinding[]): void;
  /** Adds what was noted elsewhere, of other values. */
  absorb(findings: readonly FieldFindings[]): void;
  /** By type, then recogniser. */
  all(): FieldFindings[];
}

/** Nothing found yet. */
export function fieldFindings(): FieldFindingsTally {
  const totals = new Map<string, FieldFindings>();

  function add(one: FieldFindings): void {
    const total = totals.get(keyOf(one));
    const minScore = Math.min(total?.minScore ?? one.minScore, one.minScore);
    const maxScore = Math.max(total?.maxScore ?? one.maxScore, one.maxScore);
    totals.set(keyOf(one), { ...one, valueCount: (total?.valueCount ?? 0n) + one.valueCount, minScore, maxScore });
  }

  return {
    note(findings) {
      const seen = new Set<string>();
      for (const { type, recognizer, score } of findings) {
        const key = keyOf({ type, recognizer });
        add({ type, recognizer, valueCount: seen.has(key) ? 0n : 1n, minScore: score, maxScore: score });
        seen.add(key);
      }
    },
    absorb(findings) {
      for (const one of findings) add(one);
    },
    all: () => [...totals.values()].sort(byType),
  };
}

const keyOf = ({ type, recognizer }: Pick<FieldFindings, 'type' | 'recognizer'>): string => `${type} ${recognizer}`;

const byType = (a: FieldFindings, b: FieldFindings): number =>
  a.type - b.type || (a.recognizer < b.recognizer ? -1 : Number(a.recognizer > b.recognizer));
