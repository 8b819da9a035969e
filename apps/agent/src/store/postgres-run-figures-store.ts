import type { QualityIssue } from '@weir/contracts/agent';
import type { Severity } from '@weir/contracts/registry';
import type { Database } from '@weir/database';
import { sql, type Transaction } from 'kysely';
import { foldOldRuns } from './fold-old-runs.ts';
import { addFigures, figuresIn, groupedTotals, noFigures, versionIn, type RouteTotals } from './run-totals.ts';
import type { RouteFigures, RunFiguresStore } from './run-figures-store.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;

/** Figures from the runs of the last 30 days, and the totals of those before. */
export function postgresRunFiguresStore(database: Database<Schema>): RunFiguresStore {
  return {
    components: (scope, tenant) =>
      database.within(scope, async (tx) => {
        const runs = tx.selectFrom('runs').select('component').distinct().where('tenant', '=', tenant);
        const rows = await runs.where('finished_at', '>', monthAgo).orderBy('component').execute();
        return rows.map(({ component }) => component);
      }),
    versions: (scope, tenant, component) =>
      database.within(scope, async (tx) => {
        const rows = await tx
          .selectFrom('runs')
          .select(['version', 'environment', 'route_kind', 'deployment', 'colour'])
          .distinct()
          .where('tenant', '=', tenant)
          .where('component', '=', component)
          .where('version', '<>', '')
          .where('finished_at', '>', monthAgo)
          .execute();
        return rows.map(versionIn);
      }),
    figures: (scope, tenant, component, since) =>
      database.within(scope, async (tx) => {
        const all = await routeTotals(tx, tenant, component, since);
        return all.map(figuresIn).reduce(addFigures, noFigures);
      }),
    byRoute: (scope, tenant, component, since, limit) =>
      database.within(scope, async (tx) =>
        latestFirst(await routeTotals(tx, tenant, component, since)).slice(0, limit),
      ),
    issues: (scope, tenant, component, limit) => database.within(scope, (tx) => issues(tx, tenant, component, limit)),
    foldOld: (scope) => database.within(scope, foldOldRuns),
  };
}

const monthAgo = sql<Date>`now() - interval '30 days'`;

async function routeTotals(tx: Tx, tenant: string, component: string, since: Date | undefined): Promise<RouteTotals[]> {
  const recent = await groupedTotals(tx, (eb) =>
    eb.and([
      eb('tenant', '=', tenant),
      eb('component', '=', component),
      ...(since ? [eb('finished_at', '>=', since)] : []),
    ]),
  );
  if (since) return recent;
  const old = tx.selectFrom('run_totals').selectAll().where('tenant', '=', tenant).where('component', '=', component);
  return [...recent, ...(await old.execute())];
}

function latestFirst(totals: readonly RouteTotals[]): RouteFigures[] {
  const byRoute = new Map<string, RouteFigures>();
  for (const row of totals) {
    // Runs that failed before a version was found are no version's.
    if (row.version === '') continue;
    const version = versionIn(row);
    const key = JSON.stringify([row.version, row.environment, row.route_kind, row.deployment, row.colour]);
    const known = byRoute.get(key)?.figures ?? noFigures;
    byRoute.set(key, { version, figures: addFigures(known, figuresIn(row)) });
  }
  const time = ({ figures }: RouteFigures): number => figures.lastStartedAt?.getTime() ?? 0;
  return [...byRoute.values()].sort((a, b) => time(b) - time(a));
}

async function issues(tx: Tx, tenant: string, component: string, limit: number): Promise<QualityIssue[]> {
  const rows = await tx
    .selectFrom('quality_issues')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('component', '=', component)
    .orderBy('found_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    runId: row.run_id,
    dataset: row.dataset,
    expectation: row.expectation,
    check: row.check_text,
    severity: row.severity as Severity,
    rowsFailed: row.rows_failed,
    rowsChecked: row.rows_checked,
    foundAt: row.found_at,
  }));
}
