import { sql, type Transaction } from 'kysely';
import { addFigures, figuresIn, groupedTotals, type RouteTotals } from './run-totals.ts';
import type { Schema } from './schema.ts';

const monthAgo = sql<Date>`now() - interval '30 days'`;

/** Adds runs that ended more than 30 days ago to the totals, and deletes them, in one transaction. */
export async function foldOldRuns(tx: Transaction<Schema>): Promise<number> {
  // One process at a time: the others find nothing left.
  await sql`select pg_advisory_xact_lock(hashtext('fold old runs'))`.execute(tx);
  const old = await groupedTotals(tx, (eb) => eb('finished_at', '<', monthAgo));
  for (const row of old) await addTo(tx, row);
  await tx.deleteFrom('quality_issues').where('found_at', '<', monthAgo).execute();
  const { numDeletedRows } = await tx.deleteFrom('runs').where('finished_at', '<', monthAgo).executeTakeFirst();
  return Number(numDeletedRows);
}

async function addTo(tx: Transaction<Schema>, row: RouteTotals): Promise<void> {
  const { tenant, component, version, environment, route_kind, deployment, colour } = row;
  const known = await tx
    .selectFrom('run_totals')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('component', '=', component)
    .where('version', '=', version)
    .where('environment', '=', environment)
    .where('route_kind', '=', route_kind)
    .where('deployment', '=', deployment)
    .where('colour', '=', colour)
    .executeTakeFirst();
  const sum = known ? addFigures(figuresIn(known), figuresIn(row)) : figuresIn(row);
  const values = {
    succeeded: sum.succeeded,
    failed: sum.failed,
    cancelled: sum.cancelled,
    duration_sum_ms: sum.durationSumMs,
    durations: JSON.stringify(merged(sum.durations)),
    datasets: [...(sum.names ?? [])],
    rows_in: sum.rows,
    processing_ms: sum.processingMs,
    quality_sum: sum.qualitySum,
    quality_count: sum.qualityCount,
    last_started_at: sum.lastStartedAt ?? row.last_started_at,
  };
  await tx
    .insertInto('run_totals')
    .values({ tenant, component, version, environment, route_kind, deployment, colour, ...values })
    .onConflict((on) =>
      on
        .columns(['tenant', 'component', 'version', 'environment', 'route_kind', 'deployment', 'colour'])
        .doUpdateSet(values),
    )
    .execute();
}

function merged(durations: readonly { readonly ms: number; readonly count: number }[]): [number, number][] {
  const counts = new Map<number, number>();
  for (const { ms, count } of durations) counts.set(ms, (counts.get(ms) ?? 0) + count);
  return [...counts];
}
