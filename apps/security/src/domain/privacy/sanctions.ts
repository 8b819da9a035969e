import type { PiiType } from '@weir/contracts/security';
import { pathText, type Path } from './field-path.ts';
import { isContainer, textOf, type JsonRecord, type JsonValue } from './json-value.ts';
import type { ValueFinding, ValueScan } from './value-scan.ts';

/** A stretch of the output that an operator has put there. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** What it stands for, and must not be any more; undefined: it may be anything. */
  readonly original: string | undefined;
}

/** What stands in the output of one record on purpose. */
export interface Sanctions {
  allow(output: Path, spans: readonly Span[]): void;
  /** Undefined: no operator has touched the value. */
  spansAt(output: Path): readonly Span[] | undefined;
}

/** Personal data that is still there. */
export interface Remains {
  readonly type: PiiType;
  readonly field: string;
}

const keyOf = (path: Path): string => path.join('\u0000');

/** Nothing allowed yet. */
export function sanctions(): Sanctions {
  const known = new Map<string, readonly Span[]>();
  return {
    allow: (output, spans) => void known.set(keyOf(output), spans),
    spansAt: (output) => known.get(keyOf(output)),
  };
}

/** The second scan: what is found in the output and was not put there. Names of fields are looked at as well. */
export function remainsIn(record: JsonRecord, allowed: Sanctions, scan: ValueScan, detect: boolean): Remains[] {
  const remains: Remains[] = [];
  const report = (path: Path, findings: readonly ValueFinding[]): void =>
    void remains.push(...findings.map(({ type }) => ({ type, field: pathText(path.map(withoutIndex)) })));

  const look = (value: JsonValue, path: Path): void => {
    if (Array.isArray(value)) value.forEach((one, index) => look(one, [...path, `[${index}]`]));
    else if (isContainer(value)) {
      for (const [name, one] of Object.entries(value)) {
        // Its own name would be personal data: what is reported is where it is.
        if (detect && scan(name, '').length > 0) report([...path, '*'], scan(name, ''));
        look(one, [...path, name]);
      }
    } else {
      const text = textOf(value);
      const spans = allowed.spansAt(path);
      if (text === undefined || (!detect && !spans)) return;
      const findings = scan(text, pathText(path.map(withoutIndex)));
      report(
        path,
        findings.filter((one) => !isAllowed(text, one, spans ?? [])),
      );
    }
  };
  look(record, []);
  return remains;
}

const withoutIndex = (segment: string): string => (/^\[\d+\]$/.test(segment) ? '[]' : segment);

/** A finding in what an operator made is none, as long as it is not what was there before. */
function isAllowed(text: string, { start, end }: ValueFinding, spans: readonly Span[]): boolean {
  return spans.some((span) => {
    if (start >= span.end || end <= span.start) return false;
    const found = text.slice(Math.max(start, span.start), Math.min(end, span.end));
    const isWithin = start >= span.start && end <= span.end;
    return span.original === undefined ? isWithin : found !== '' && !span.original.includes(found);
  });
}
