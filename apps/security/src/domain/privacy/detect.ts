import { isContainer, textOf, type JsonRecord, type JsonValue } from './json-value.ts';
import type { ValueFinding, ValueScan } from './value-scan.ts';

/** Personal data in a record, and where. */
export interface LocatedFinding extends ValueFinding {
  /** "contacts[2].phone" */
  readonly field: string;
  /** In Unicode code points. */
  readonly codePoints: readonly [start: number, end: number];
}

/** A scan of one record: its findings by field path and start, and how many bytes of text it has. */
export function detectInRecord(record: JsonRecord, scan: ValueScan): { findings: LocatedFinding[]; bytes: number } {
  const findings: LocatedFinding[] = [];
  let bytes = 0;
  const look = (value: JsonValue, path: string, named: string): void => {
    if (Array.isArray(value)) value.forEach((one, index) => look(one, `${path}[${index}]`, `${named}[]`));
    else if (isContainer(value)) {
      for (const [name, one] of Object.entries(value)) look(one, below(path, name), below(named, name));
    } else {
      const text = textOf(value);
      if (text === undefined) return;
      bytes += Buffer.byteLength(text);
      findings.push(...located(text, path, scan(text, named)));
    }
  };
  look(record, '', '');
  return {
    findings: findings.sort((a, b) => (a.field < b.field ? -1 : Number(a.field > b.field)) || a.start - b.start),
    bytes,
  };
}

const below = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

/** Findings with their places in code points. */
export function located(text: string, field: string, findings: readonly ValueFinding[]): LocatedFinding[] {
  const hasPairs = /[\ud800-\udbff]/.test(text);
  let [unit, points] = [0, 0];
  const pointsAt = (index: number): number => {
    if (!hasPairs) return index;
    if (index < unit) [unit, points] = [0, 0];
    points += Array.from(text.slice(unit, index)).length;
    unit = index;
    return points;
  };
  return findings.map((one) => ({ ...one, field, codePoints: [pointsAt(one.start), pointsAt(one.end)] }));
}
