import type { Database } from '@weir/database';
import type { Insertable, Transaction } from 'kysely';
import type { RunRecord } from '../domain/run-record.ts';
import type { RunStore } from './run-store.ts';
import type { Schema } from './schema.ts';

/** Runs in PostgreSQL. */
export function postgresRunStore(database: Database<Schema>): RunStore {
  return {
    record: (scope, run) => database.within(scope, (tx) => record(tx, run)),
  };
}

async function record(tx: Transaction<Schema>, run: RunRecord): Promise<void> {
  const values = valuesOf(run);
  await tx
    .insertInto('runs')
    .values(values)
    .onConflict((on) => on.columns(['tenant', 'id']).doUpdateSet(values))
    .execute();
  const { tenant, runId, component, issues } = run;
  await tx.deleteFrom('quality_issues').where('tenant', '=', tenant).where('run_id', '=', runId).execute();
  if (issues.length === 0) return;
  await tx
    .insertInto('quality_issues')
    .values(
      issues.map(({ expectation, dataset, check, severity, rowsFailed, rowsChecked }) => ({
        tenant,
        run_id: runId,
        expectation,
        component,
        dataset,
        check_text: check,
        severity,
        rows_failed: rowsFailed,
        rows_checked: rowsChecked,
      })),
    )
    .execute();
}

const valuesOf = (run: RunRecord): Insertable<Schema['runs']> => ({
  tenant: run.tenant,
  id: run.runId,
  component: run.component,
  version: run.version,
  environment: run.environment,
  route_kind: run.route?.kind ?? 0,
  deployment: run.route?.deployment ?? '',
  colour: run.route?.colour ?? 0,
  state: run.state,
  reason: run.reason,
  job: run.job,
  datasets: [...run.datasets],
  rows_in: run.rowsIn,
  rows_out: run.rowsOut,
  processing_ms: run.processingMs,
  duration_ms: run.durationMs,
  quality_score: run.qualityScore ?? null,
  started_at: run.startedAt,
});
