import {
  PiiType,
  type AnonymizationOperator,
  type PiiCustomRecognizer,
  type PiiScanOptions,
} from '@weir/contracts/security';
import { createScanner, withoutOverlaps, type PiiKind } from '@weir/pii';
import { customScan } from './custom-scan.ts';
import { kindOf, typeOf } from './pii-types.ts';

/** Personal data in a value, in UTF-16 units. */
export interface ValueFinding {
  readonly type: PiiType;
  /** "recognizers/<id>" or "tenants/<t>/recognizers/<id>". */
  readonly recognizer: string;
  /** Of a tenant's own recogniser. */
  readonly customId: string | undefined;
  /** What that recogniser wants to happen. */
  readonly operator: AnonymizationOperator | undefined;
  readonly start: number;
  readonly end: number;
  readonly score: number;
  readonly validated: boolean;
}

/** Finds personal data in a value, by start and without overlaps. */
export type ValueScan = (value: string, path: string) => ValueFinding[];

/** A piece of a long text: it is scanned, and its time is checked, at once. */
const PIECE = 131_072;
/** Around a piece, so that nothing is cut and words in front are seen. */
const MARGIN = 512;
const DEFAULT_SCORE = 0.5;

/** A scan with these options, over the built-in recognisers and those of a tenant. `onPiece` may throw to end it. */
export function valueScan(
  tenant: string,
  { types, minScore, regions }: PiiScanOptions,
  custom: readonly PiiCustomRecognizer[],
  onPiece: () => void,
): ValueScan {
  const least = minScore === 0 ? DEFAULT_SCORE : minScore;
  const kinds = types.map(kindOf).filter((kind): kind is PiiKind => kind !== undefined);
  const isBuiltInWanted = types.length === 0 || kinds.length > 0;
  const scanner = isBuiltInWanted ? createScanner({ kinds, minScore: least, regions, now: new Date() }) : undefined;
  const isCustomWanted = types.length === 0 || types.includes(PiiType.CUSTOM);
  const own = isCustomWanted && custom.length > 0 ? customScan(custom) : undefined;

  const scanPiece: ValueScan = (value, path) => {
    const found = (scanner?.scan(value, path) ?? []).map(({ kind, recognizer, ...span }): ValueFinding => {
      return {
        ...span,
        type: typeOf(kind),
        recognizer: `recognizers/${recognizer}`,
        customId: undefined,
        operator: undefined,
      };
    });
    if (!own) return found;
    const more = own(value, path).flatMap(({ id, ...span }): ValueFinding[] =>
      span.score < least
        ? []
        : [{ ...span, type: PiiType.CUSTOM, recognizer: `${tenant}/recognizers/${id}`, customId: id }],
    );
    return withoutOverlaps([...found, ...more]);
  };
  return (value, path) =>
    value.length <= PIECE ? scanPiece(value, path) : scanPieces(value, path, scanPiece, onPiece);
}

function scanPieces(value: string, path: string, scan: ValueScan, onPiece: () => void): ValueFinding[] {
  const found: ValueFinding[] = [];
  for (let from = 0; from < value.length; from += PIECE) {
    onPiece();
    const begin = Math.max(0, from - MARGIN);
    for (const one of scan(value.slice(begin, from + PIECE + MARGIN), path)) {
      const start = one.start + begin;
      if (start < from || start >= from + PIECE) continue;
      found.push({ ...one, start, end: one.end + begin });
    }
  }
  return withoutOverlaps(found);
}
