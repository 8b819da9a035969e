import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { columnOf } from '../duck/columns.ts';
import { readDuckError } from '../duck/duck-error.ts';
import { count, first, numberOf } from '../duck/rows.ts';
import { ident, text } from '../duck/sql.ts';
import { StepFailure } from '../duck/step-failure.ts';
import type { ReadPlan } from '../plan/plan.ts';
import { copyRecords } from './copy-records.ts';
import { csvDialect, type CsvDialect } from './csv-dialect.ts';
import { countMisfits, guessTypes, type TextType } from './csv-types.ts';
import { compressionOf, headOf, type TextCompression } from './file-head.ts';
import { load } from './load-table.ts';
import type { RunState } from './run-state.ts';
import type { StepOutcome } from './step-outcome.ts';

interface Source {
  readonly file: string;
  readonly compression: TextCompression;
  readonly dialect: CsvDialect;
  readonly plan: ReadPlan;
}

/**
 * CSV. Types are found out from all rows, never from the first ones: DuckDB's own guess would cut what comes later to
 * fit. Rows of another width, with broken quotes or an invalid encoding are malformed.
 */
export async function readCsv(state: RunState, plan: ReadPlan): Promise<StepOutcome> {
  const { size } = await stat(plan.file);
  const compression = await compressionOf(plan.file);
  const dialect = csvDialect(await headOf(plan.file, compression), plan.csv);
  const original = { file: plan.file, compression, dialect, plan };

  const types = await survey(state.connection, original);
  if (types) return loadTyped(state, original, types, { skipped: 0, sizeBytes: size });
  const { source, skipped } = await withoutMalformed(state, original);
  const cleanTypes = (await survey(state.connection, source)) ?? new Map<string, TextType>();
  return loadTyped(state, source, cleanTypes, { skipped, sizeBytes: size });
}

function loadTyped(
  state: RunState,
  source: Source,
  types: ReadonlyMap<string, TextType>,
  found: { skipped: number; sizeBytes: number },
): Promise<StepOutcome> {
  const columns = source.dialect.columns.map((name) => {
    const type = types.get(name) ?? 'VARCHAR';
    return { ...columnOf(name, 'VARCHAR'), value: type === 'VARCHAR' ? ident(name) : `${ident(name)}::${type}` };
  });
  return load(state, source.plan, { from: `from ${scan(source)}`, columns, ...found });
}

const SAMPLE_ROWS = 20_000;
// Names that no step can have.
const REJECTS = '_rejects';
const SCANS = '_reject_scans';
// `ignore_errors` would do, but after a broken quote it leaves the rest of the file out without a word (DuckDB 1.5.6).
const TOLERANT = `, store_rejects = true, rejects_limit = 1, rejects_table = '${REJECTS}', rejects_scan = '${SCANS}'`;

function scan({ file, compression, dialect, plan }: Source, mode = ''): string {
  const { delimiter, header, columns } = dialect;
  const quote = text(plan.csv.quote);
  const nulls = ['', ...plan.csv.nullTexts].map(text).join(', ');
  const names = columns.map((name) => `${text(name)}: 'VARCHAR'`).join(', ');
  return (
    `read_csv(${text(file)}, auto_detect = false, compression = ${text(compression)}, header = ${header}, ` +
    `delim = ${text(delimiter)}, quote = ${quote}, escape = ${quote}, nullstr = [${nulls}], ` +
    `columns = {${names}}${mode})`
  );
}

/** Goes through all rows for the types of the columns that none is declared for; undefined when a row is malformed. */
async function survey(connection: DuckDBConnection, source: Source): Promise<Map<string, TextType> | undefined> {
  const { dialect, plan } = source;
  const guessed = dialect.columns.filter((name) => !Object.hasOwn(plan.columnTypes, name));
  try {
    const sample = `from (from ${scan(source, TOLERANT)} limit ${SAMPLE_ROWS})`;
    const sampled = await guessTypes(connection, guessed, sample);
    // Every column is counted: what is not looked at is not checked.
    const counts = [...sampled].map(([name, type]) => countMisfits(name, type));
    const all = dialect.columns.map((name) => `count(${ident(name)})`);
    const row = await first(connection, `select ${[...counts, ...all].join(', ')} from ${scan(source, TOLERANT)}`);
    if ((await count(connection, `select count(*) from ${REJECTS}`)) > 0) return undefined;
    const wrong = guessed.filter((_, index) => numberOf(row[index]) > 0);
    return new Map([...sampled, ...(await guessTypes(connection, wrong, `from ${scan(source)}`))]);
  } catch (error) {
    // Several kinds of line breaks in one file.
    if (readDuckError(error).raw.includes('invalid state')) return undefined;
    throw error;
  } finally {
    await connection.run(`drop table if exists ${REJECTS}; drop table if exists ${SCANS}`);
  }
}

/** A copy of the file without its malformed rows; they fail a step that skips none. */
async function withoutMalformed(state: RunState, source: Source): Promise<{ source: Source; skipped: number }> {
  const { plan, dialect } = source;
  const file = join(state.scratch, `${plan.id}.csv`);
  const shape = { delimiter: dialect.delimiter, quote: plan.csv.quote, width: dialect.columns.length };
  const { malformed, lines } = await copyRecords(source.file, source.compression, file, shape);
  if (malformed > 0 && !plan.skipMalformed) {
    const where = `line ${lines.join(', ')}${malformed > lines.length ? ' and others' : ''}`;
    throw new StepFailure('INPUT_UNREADABLE', { step: plan.id, problem: `${malformed} malformed line(s): ${where}` });
  }
  return { source: { ...source, file, compression: 'uncompressed' }, skipped: malformed };
}
