import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { ColumnFact } from '../duck/columns.ts';
import { readDuckError } from '../duck/duck-error.ts';
import { count } from '../duck/rows.ts';
import { ident, text } from '../duck/sql.ts';
import { StepFailure } from '../duck/step-failure.ts';
import { resourceFailure } from '../duck/translate-error.ts';
import type { Format, WritePlan } from '../plan/plan.ts';
import { passOn, tableOf, type RunState } from './run-state.ts';
import type { StepOutcome } from './step-outcome.ts';

/** write: one file of a table, with its size and checksum. Who asked for the run gives the file its place. */
export async function write(state: RunState, plan: WritePlan): Promise<StepOutcome> {
  const table = tableOf(state, plan.input);
  const select = `select ${selection(table.columns, plan.format)} from ${table.source}`;
  const copy = `copy (${select}) to ${text(plan.file)} (${options(plan)}, use_tmp_file false)`;

  const rows = await writing(state, plan, () => count(state.connection, copy));
  await passOn(state, plan.id, table);
  const [{ size }, sha256] = await Promise.all([stat(plan.file), checksum(plan.file)]);
  return { rowsIn: rows, rowsOut: rows, rowsSkipped: 0, sizeBytes: size, detail: '', columns: table.columns, sha256 };
}

const layouts: Readonly<Record<Format, string>> = {
  csv: "format csv, header true, delimiter ',', quote '\"', escape '\"'",
  json: 'format json, array true',
  ndjson: 'format json, array false',
  parquet: 'format parquet',
};

const options = ({ format, packing }: WritePlan): string =>
  `${layouts[format]}, compression ${packing === 'none' ? 'uncompressed' : packing}`;

// JSON knows no NaN and no infinities (RFC 8259), which DuckDB would write as they are.
const selection = (columns: readonly ColumnFact[], format: Format): string =>
  columns.some(({ kind }) => kind === 'double') && (format === 'json' || format === 'ndjson')
    ? columns.map(({ name, kind }) => (kind === 'double' ? finite(name) : ident(name))).join(', ')
    : '*';

const finite = (name: string): string => `case when isfinite(${ident(name)}) then ${ident(name)} end as ${ident(name)}`;

async function checksum(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

async function writing<T>(state: RunState, { id }: WritePlan, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const known = resourceFailure(error, id, state.limits);
    if (known) throw known;
    throw new StepFailure('OUTPUT_UNWRITABLE', { output: id, problem: readDuckError(error).message });
  }
}
