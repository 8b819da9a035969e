import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { columnOf, describe } from '../duck/columns.ts';
import { readDuckError } from '../duck/duck-error.ts';
import { count, first } from '../duck/rows.ts';
import { ident, text } from '../duck/sql.ts';
import { StepFailure } from '../duck/step-failure.ts';
import { storedTable } from '../duck/tables.ts';
import type { ReadPlan } from '../plan/plan.ts';
import { compressionOf, type TextCompression } from './file-head.ts';
import { copyObjects } from './json-lines.ts';
import { load } from './load-table.ts';
import type { RunState } from './run-state.ts';
import type { StepOutcome } from './step-outcome.ts';

interface Source {
  readonly scan: string;
  readonly skipped: number;
}

/** Largest object that is read. */
const MAX_OBJECT_BYTES = 16 * 1024 * 1024;

/**
 * JSON, one array or one object per line. Types are found out from all objects; a column whose values are of several
 * types becomes text. What is not an object is a malformed row.
 */
export async function readJson(state: RunState, plan: ReadPlan): Promise<StepOutcome> {
  const { connection } = state;
  const { size } = await stat(plan.file);
  const { scan, skipped } = await objects(state, plan);
  const columns = (await describe(connection, scan)).map((column) =>
    column.native === 'JSON'
      ? { ...columnOf(column.name, 'VARCHAR'), value: `${ident(column.name)} ->> '$'` }
      : { ...column, value: ident(column.name) },
  );

  const outcome = await load(state, plan, { from: `from ${scan}`, columns, skipped, sizeBytes: size });
  return { ...outcome, columns: await narrowed(state, plan) };
}

/** The rows of the file; where some are malformed, of a copy without them. */
async function objects(state: RunState, plan: ReadPlan): Promise<Source> {
  const compression = await compressionOf(plan.file);
  const direct = scanOf(plan.file, plan.format === 'json' ? 'array' : 'newline_delimited', compression);
  const problem = await problemOf(state, direct);
  if (problem === undefined) return { scan: direct, skipped: 0 };
  return plan.format === 'json' ? elements(state, plan, compression) : lines(state, plan, compression);
}

// `records = true` makes DuckDB say so when something is no object.
const scanOf = (file: string, format: string, compression: TextCompression): string =>
  `read_json(${text(file)}, format = '${format}', records = true, sample_size = -1, map_inference_threshold = -1, ` +
  `maximum_object_size = ${MAX_OBJECT_BYTES}, compression = '${compression}')`;

async function problemOf({ connection }: RunState, scan: string): Promise<string | undefined> {
  try {
    await describe(connection, scan);
    return undefined;
  } catch (error) {
    const { raw, type } = readDuckError(error);
    if (type !== 'Binder' && !/Malformed JSON|object size|expected/i.test(raw)) throw error;
    return raw;
  }
}

/** Of one array: its objects, on lines of their own. A document that is no JSON cannot be read in part. */
async function elements(
  { connection, scratch }: RunState,
  plan: ReadPlan,
  compression: TextCompression,
): Promise<Source> {
  const file = join(scratch, `${plan.id}.ndjson`);
  const all = `read_json_objects(${text(plan.file)}, format = 'array', compression = '${compression}', maximum_object_size = ${MAX_OBJECT_BYTES})`;
  const total = await count(connection, `select count(*) from ${all}`);
  // Plain lines: minified JSON holds neither line breaks nor U+0001 as they are.
  const kept = await count(
    connection,
    `copy (select json(json) from ${all} where json_type(json) = 'OBJECT') to ${text(file)}
     (format csv, header false, quote '', escape '', delimiter '\u0001', compression uncompressed, use_tmp_file false)`,
  );
  return clean(plan, file, { total, kept, where: '' });
}

async function lines({ scratch }: RunState, plan: ReadPlan, compression: TextCompression): Promise<Source> {
  const file = join(scratch, `${plan.id}.ndjson`);
  const { total, kept, firstBad } = await copyObjects(plan.file, compression, file, MAX_OBJECT_BYTES);
  return clean(plan, file, { total, kept, where: `, the first one on line ${firstBad}` });
}

function clean(
  plan: ReadPlan,
  file: string,
  { total, kept, where }: { total: number; kept: number; where: string },
): Source {
  const skipped = total - kept;
  if (skipped > 0 && !plan.skipMalformed) {
    throw new StepFailure('INPUT_UNREADABLE', {
      step: plan.id,
      problem: `${skipped} row(s) are no JSON objects${where}`,
    });
  }
  if (kept === 0) return { scan: '(select null::varchar as json where false)', skipped };
  return { scan: scanOf(file, 'newline_delimited', 'uncompressed'), skipped };
}

/** DuckDB takes whole numbers with and without a sign for HUGEINT; where they fit they become BIGINT. */
async function narrowed({ connection, tables }: RunState, { id, columnTypes }: ReadPlan) {
  const table = tables.get(id);
  if (!table) return [];
  const wide = table.columns.filter(({ name, native }) => native === 'HUGEINT' && !Object.hasOwn(columnTypes, name));
  if (wide.length === 0) return table.columns;
  const fits = wide.map(
    ({ name }) =>
      `coalesce(min(${ident(name)}) >= -9223372036854775808 and max(${ident(name)}) <= 9223372036854775807, true)`,
  );
  const row = await first(connection, `select ${fits.join(', ')} from ${table.source}`);
  for (const [index, { name }] of wide.entries()) {
    if (row[index] === true) await connection.run(`alter table ${table.source} alter ${ident(name)} type bigint`);
  }
  const columns = await describe(connection, table.source);
  tables.set(id, storedTable(id, columns, table.rows));
  return columns;
}
