import { join } from 'node:path';
import type { AnonymizationSummary } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import type { ColumnFact } from '../duck/columns.ts';
import { ident } from '../duck/sql.ts';
import type { Session } from '../engine.ts';
import type { StepOutcome } from '../pipeline/step-outcome.ts';
import type { AnonymizePlan, Limits, ReadPlan } from '../plan/plan.ts';
import type { Anonymizer, JsonRow } from '../privacy/anonymizer.ts';
import { readBatches, writeBatches } from '../privacy/row-files.ts';

/** What a step that anonymises works with. */
export interface AnonymizeTools {
  readonly anonymizer: Anonymizer;
  readonly tenant: string;
  /** Where files may lie that nobody else sees. */
  readonly folder: string;
  readonly limits: Limits;
  /** Since when the run executes, in milliseconds of `performance.now()`. */
  readonly startedAt: number;
  readonly signal: AbortSignal;
}

/** What was anonymised, beside what every step answers. */
export interface AnonymizeOutcome extends StepOutcome {
  readonly anonymized: AnonymizationSummary;
}

const NOTHING: AnonymizationSummary = { recordCount: 0n, fields: [], counts: [], scannedValueCount: 0n };

/**
 * Takes a table out of the engine, row by row through the anonymizer, and into a table of the step's own. No more than a
 * few batches are in memory; when it fails there is no table.
 */
export async function anonymizeTable(
  session: Session,
  plan: AnonymizePlan,
  tools: AnonymizeTools,
): Promise<AnonymizeOutcome> {
  const [before, after] = ['raw', 'clean'].map((name) => join(tools.folder, `${plan.id}.${name}.ndjson`)) as [
    string,
    string,
  ];
  const raw = {
    kind: 'write',
    id: `${plan.id} raw`,
    input: plan.input,
    format: 'ndjson',
    packing: 'none',
    file: before,
  } as const;
  const written = await session.step(raw);
  if (written.rowsOut === 0) return emptyTable(session, plan);

  const result = await throughAnonymizer(plan, tools, before, after);
  if (result.rows !== written.rowsOut) throw new Error(`${written.rowsOut} rows went in, ${result.rows} came back`);
  const read = await session.step(readingBack(plan, after, written.columns, result));
  const { summary } = result;
  return { ...read, rowsIn: written.rowsOut, sizeBytes: 0, detail: detailOf(summary), anonymized: summary };
}

/** What makes a table of the clean rows again. */
function readingBack(
  { id }: AnonymizePlan,
  file: string,
  before: readonly ColumnFact[],
  { columns, summary }: { readonly columns: string[]; readonly summary: AnonymizationSummary },
): ReadPlan {
  const csv = { delimiter: undefined, quote: '"', header: undefined, nullTexts: [] };
  const columnTypes = typesOf(before, columns, summary);
  return { kind: 'read', id, file, format: 'ndjson', csv, columns, columnTypes, skipMalformed: false };
}

/** Without rows there is nothing to anonymise, and a file without rows has no columns. */
async function emptyTable(session: Session, { id, input }: AnonymizePlan): Promise<AnonymizeOutcome> {
  const outcome = await session.step({ kind: 'sql', id, query: `select * from ${ident(input)}` });
  return { ...outcome, detail: 'no rows', anonymized: NOTHING };
}

async function throughAnonymizer(
  { rules, detect }: AnonymizePlan,
  { anonymizer, tenant, limits, startedAt, signal }: AnonymizeTools,
  before: string,
  after: string,
) {
  const late = AbortSignal.timeout(Math.max(1, Math.floor(limits.durationMs - (performance.now() - startedAt))));
  let summary = NOTHING;
  async function* clean(): AsyncGenerator<readonly JsonRow[]> {
    const order = { tenant, rules, detect };
    summary = yield* anonymizer.anonymize(order, readBatches(before), AbortSignal.any([signal, late]));
  }
  try {
    return {
      ...(await writeBatches(after, clean())),
      get summary() {
        return summary;
      },
    };
  } catch (error) {
    signal.throwIfAborted();
    if (late.aborted) throw reason('TIME_LIMIT_EXCEEDED', { limit_ms: limits.durationMs, step: 'anonymize' });
    throw error;
  }
}

/** Columns that nobody touched keep their types; text that was put there stays text, whatever it looks like. */
function typesOf(
  columns: readonly ColumnFact[],
  names: readonly string[],
  { fields }: AnonymizationSummary,
): Record<string, string> {
  const touched = new Set(fields.map(({ fieldPath }) => topOf(fieldPath)));
  const known = new Map(columns.map(({ name, native }) => [name, native]));
  const flat = new Set(fields.filter(({ fieldPath }) => !/[.[]/.test(fieldPath)).map((field) => field.outputFieldPath));
  const typed = names.flatMap((name): [string, string][] => {
    if (flat.has(name)) return [[name, 'VARCHAR']];
    const native = known.get(name);
    return native === undefined || touched.has(name) ? [] : [[name, native]];
  });
  return Object.fromEntries(typed);
}

/** The column that a path begins with. */
export const topOf = (path: string): string => path.split(/[.[]/)[0] ?? '';

const detailOf = ({ fields }: AnonymizationSummary): string => {
  const columns = new Set(fields.map(({ fieldPath }) => topOf(fieldPath))).size;
  return columns === 0 ? 'nothing to anonymise was found' : `anonymised ${columns} column(s)`;
};
