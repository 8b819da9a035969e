import type { PiiKind } from './kind.ts';
import { withoutOverlaps } from './overlaps.ts';
import type { Finding, Recognizer } from './recognizer.ts';
import { RECOGNIZERS } from './recognizers/index.ts';
import { fieldMeaning } from './text/field-name.ts';
import { fold } from './text/fold.ts';
import { scannedText } from './text/scanned-text.ts';
import { hasEnough, traitsOf } from './text/traits.ts';

/** How a scanner looks. */
export interface ScannerOptions {
  /** Only these kinds; empty or unset: all. */
  readonly kinds?: readonly PiiKind[];
  /** Only findings of this score or more; unset: 0.5. */
  readonly minScore?: number;
  /** Countries whose formats count for values without one, as ISO 3166-1 alpha-2; empty or unset: all. */
  readonly regions?: readonly string[];
  /** Now: nobody is born later. */
  readonly now: Date;
}

/** Finds personal data in texts, one at a time, without memory of the last. */
export interface Scanner {
  /** The findings of a text by start, without overlaps; `path` is where it stands in a record, if it does. */
  scan(text: string, path?: string): Finding[];
}

const DEFAULT_SCORE = 0.5;
const SHORTEST = 3;

/** A scanner with these options. */
export function createScanner({ kinds = [], minScore = DEFAULT_SCORE, regions = [], now }: ScannerOptions): Scanner {
  const used = RECOGNIZERS.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind));
  const around = { regions: new Set(regions), thisYear: now.getUTCFullYear() };
  return {
    scan(original, path = '') {
      const name = path === '' ? undefined : fieldMeaning(path);
      if (original.length < SHORTEST && !name) return [];
      const { text, origins } = fold(original);
      const traits = traitsOf(text);
      const scanned = scannedText(text, { ...around, field: name, fieldName: path });
      const found: Finding[] = [];
      for (const recognizer of used) {
        if (hasEnough(traits, recognizer.needs)) collect(recognizer, found, minScore, scanned);
      }
      const findings = withoutOverlaps(found);
      return origins ? findings.map((one) => ({ ...one, ...placed(one, origins) })) : findings;
    },
  };
}

function collect(
  recognizer: Recognizer,
  found: Finding[],
  minScore: number,
  scanned: Parameters<Recognizer['find']>[0],
): void {
  const { id, kind } = recognizer;
  recognizer.find(scanned, (start, end, score, validated) => {
    if (score >= minScore) found.push({ kind, recognizer: id, start, end, score, validated });
  });
}

const placed = ({ start, end }: Finding, origins: Int32Array): { start: number; end: number } => ({
  start: origins[start] ?? start,
  // Behind the last character, not in front of the next: invisible ones in between belong to nobody.
  end: (origins[end - 1] ?? end - 1) + widthAt(origins, end - 1),
});

const widthAt = (origins: Int32Array, index: number): number =>
  Math.min(2, (origins[index + 1] ?? 0) - (origins[index] ?? 0)) === 2 ? 2 : 1;
