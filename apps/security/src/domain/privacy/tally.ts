import type { AnonymizationOperator, AnonymizedField, PiiType, PiiTypeCount } from '@weir/contracts/security';
import { fieldFindings, type FieldFindingsTally } from './field-findings.ts';
import type { ValueFinding } from './value-scan.ts';

/** Counts what was found and done over any number of records, in bounded memory. */
export interface Tally {
  /** Begins the next record. */
  nextRecord(): void;
  /** Notes that a value was looked through. */
  scanned(): void;
  found(findings: readonly ValueFinding[]): void;
  /** Notes what was done to a value of a field; an empty `output`: it was removed. */
  done(field: string, output: string, operator: AnonymizationOperator, findings: readonly ValueFinding[]): void;
  readonly records: number;
  readonly findings: number;
  /** Values looked through. */
  readonly values: number;
  fields(): AnonymizedField[];
  counts(): PiiTypeCount[];
  /** All of it as plain data. */
  totals(): Totals;
  /** Adds what was counted elsewhere, of other records. */
  absorb(totals: Totals): void;
}

/** What was counted. */
export interface Totals {
  readonly records: number;
  readonly findings: number;
  readonly values: number;
  readonly fields: readonly AnonymizedField[];
  readonly counts: readonly PiiTypeCount[];
}

interface FieldTotal {
  readonly fieldPath: string;
  readonly outputFieldPath: string;
  readonly operator: AnonymizationOperator;
  readonly findings: FieldFindingsTally;
  records: number;
  lastRecord: number;
}

interface TypeTotal {
  findings: number;
  records: number;
  lastRecord: number;
}

const MAX_FIELDS = 10_000;
/** Fields beyond those that are told apart. */
const OTHERS = '*';

/** Nothing counted yet. */
export function tally(): Tally {
  const fieldOf = fieldTotals();
  const types = typeTotals();
  const state = { record: 0, findings: 0, values: 0 };
  const fields = (): AnonymizedField[] => fieldOf.all().map(fieldMessage).sort(byPath);

  return {
    nextRecord: () => void (state.record += 1),
    scanned: () => void (state.values += 1),
    found(findings) {
      state.findings += findings.length;
      for (const { type } of findings) types.note(type, state.record);
    },
    done(field, output, operator, findings) {
      const total = fieldOf.get(field, output, operator);
      total.findings.note(findings);
      countRecord(total, state.record);
    },
    get records() {
      return state.record;
    },
    get findings() {
      return state.findings;
    },
    get values() {
      return state.values;
    },
    fields,
    counts: types.all,
    totals: () => ({ ...state, records: state.record, fields: fields(), counts: types.all() }),
    absorb(totals) {
      state.record += totals.records;
      state.findings += totals.findings;
      state.values += totals.values;
      types.absorb(totals.counts);
      fieldOf.absorb(totals.fields);
    },
  };
}

/** What is found of each type. */
function typeTotals() {
  const known = new Map<PiiType, TypeTotal>();
  const get = (type: PiiType): TypeTotal => {
    const total = known.get(type) ?? { findings: 0, records: 0, lastRecord: 0 };
    known.set(type, total);
    return total;
  };
  return {
    note(type: PiiType, record: number): void {
      const total = get(type);
      total.findings += 1;
      countRecord(total, record);
    },
    absorb(counts: readonly PiiTypeCount[]): void {
      for (const { type, findingCount, recordCount } of counts) {
        const total = get(type);
        total.findings += Number(findingCount);
        total.records += Number(recordCount);
      }
    },
    all: (): PiiTypeCount[] => [...known].sort(([a], [b]) => a - b).map(countMessage),
  };
}

/** What is done to each field, by each operator; bounded, for names of fields come from callers. */
function fieldTotals() {
  const known = new Map<string, FieldTotal>();
  const get = (fieldPath: string, outputFieldPath: string, operator: AnonymizationOperator): FieldTotal => {
    const key = `${fieldPath}\n${outputFieldPath}\n${operator.operator?.$case}`;
    const found = known.get(key);
    if (found) return found;
    if (known.size >= MAX_FIELDS && fieldPath !== OTHERS) return get(OTHERS, OTHERS, operator);
    const made = { fieldPath, outputFieldPath, operator, findings: fieldFindings(), records: 0, lastRecord: 0 };
    known.set(key, made);
    return made;
  };
  const absorb = (fields: readonly AnonymizedField[]): void => {
    for (const { fieldPath, outputFieldPath, operator = {}, findings, recordCount } of fields) {
      const total = get(fieldPath, outputFieldPath, operator as AnonymizationOperator);
      total.findings.absorb(findings);
      total.records += Number(recordCount);
    }
  };
  return { get, absorb, all: () => [...known.values()] };
}

function fieldMessage({ fieldPath, outputFieldPath, operator, findings, records }: FieldTotal): AnonymizedField {
  const found = findings.all();
  const types = [...new Set(found.map(({ type }) => type))];
  return { fieldPath, outputFieldPath, operator, types, recordCount: BigInt(records), findings: found };
}

const countMessage = ([type, { findings, records }]: [PiiType, TypeTotal]): PiiTypeCount => ({
  type,
  findingCount: BigInt(findings),
  recordCount: BigInt(records),
});

const byPath = (a: AnonymizedField, b: AnonymizedField): number =>
  a.fieldPath < b.fieldPath ? -1 : Number(a.fieldPath > b.fieldPath);

function countRecord(total: { records: number; lastRecord: number }, record: number): void {
  if (total.lastRecord === record) return;
  total.lastRecord = record;
  total.records += 1;
}
