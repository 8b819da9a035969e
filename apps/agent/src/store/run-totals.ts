import { RouteKind, type AgentVersion, type RouteColour } from '@weir/contracts/agent';
import { Environment } from '@weir/contracts/registry';
import {
  sql,
  type ExpressionBuilder,
  type ExpressionWrapper,
  type Selectable,
  type SqlBool,
  type Transaction,
} from 'kysely';
import type { RunFigures } from '../domain/run-figures.ts';
import type { Schema } from './schema.ts';

/** What the runs of one version on one route add up to, as the database adds. */
export type RouteTotals = Selectable<Schema['run_totals']>;

type Where = (eb: ExpressionBuilder<Schema, 'runs'>) => ExpressionWrapper<Schema, 'runs', SqlBool>;

const KEY = ['tenant', 'component', 'version', 'environment', 'route_kind', 'deployment', 'colour'] as const;

const ended = sql`state <> 'cancelled'`;

/** Adds runs up, by version and route. */
export async function groupedTotals(tx: Transaction<Schema>, where: Where): Promise<RouteTotals[]> {
  const rows = await tx
    .selectFrom('runs')
    .where(where)
    .groupBy(KEY)
    .select(KEY)
    .select([
      sql<bigint>`count(*) filter (where state = 'succeeded')`.as('succeeded'),
      sql<bigint>`count(*) filter (where state in ('failed', 'rejected'))`.as('failed'),
      sql<bigint>`count(*) filter (where state = 'cancelled')`.as('cancelled'),
      sql<number>`coalesce(sum(duration_ms) filter (where ${ended}), 0)`.as('duration_sum_ms'),
      sql<string[]>`array_agg(distinct datasets::text)`.as('dataset_lists'),
      sql<bigint>`coalesce(sum(rows_in), 0)::bigint`.as('rows_in'),
      sql<number>`coalesce(sum(processing_ms), 0)`.as('processing_ms'),
      sql<number>`coalesce(sum(quality_score), 0)`.as('quality_sum'),
      sql<bigint>`count(quality_score)`.as('quality_count'),
      sql<Date>`max(started_at)`.as('last_started_at'),
    ])
    .execute();
  const durations = await durationCounts(tx, where);
  return rows.map(({ dataset_lists, ...row }) => ({
    ...row,
    durations: durations.get(keyOf(row)) ?? [],
    datasets: [...new Set(dataset_lists.flatMap(namesIn))].sort(),
  }));
}

type RouteKey = Pick<RouteTotals, (typeof KEY)[number]>;

const keyOf = (row: RouteKey): string => JSON.stringify(KEY.map((name) => row[name]));

/** Durations with three significant digits and how often each occurs: a few thousand, however many runs there are. */
async function durationCounts(tx: Transaction<Schema>, where: Where): Promise<Map<string, [number, number][]>> {
  const rows = await tx
    .selectFrom('runs')
    .where(where)
    .where(sql<boolean>`${ended}`)
    .groupBy([...KEY, sql`three_digits(duration_ms)`])
    .select(KEY)
    .select([sql<number>`three_digits(duration_ms)`.as('ms'), sql<bigint>`count(*)`.as('count')])
    .execute();
  const counts = new Map<string, [number, number][]>();
  for (const { ms, count, ...key } of rows) {
    const known = counts.get(keyOf(key)) ?? [];
    known.push([ms, Number(count)]);
    counts.set(keyOf(key), known);
  }
  return counts;
}

// '{tenants/acme/datasets/a,tenants/acme/datasets/b}': names of datasets need no quotes.
const namesIn = (list: string): string[] =>
  list
    .slice(1, -1)
    .split(',')
    .filter((name) => name !== '');

/** Which version, and where its runs went. */
export const versionIn = (
  row: Pick<RouteTotals, 'version' | 'environment' | 'route_kind' | 'deployment' | 'colour'>,
): AgentVersion => {
  const kind = row.route_kind as RouteKind;
  const isShared = kind !== RouteKind.DEPLOYMENT;
  return {
    componentVersion: row.version,
    environment: isShared ? Environment.UNSPECIFIED : (row.environment as Environment),
    route: { kind, deployment: row.deployment, colour: row.colour as RouteColour, worker: '', generation: 0n },
  };
};

/** What runs add up to that were added up by the database. */
export const figuresIn = (row: RouteTotals): RunFigures & { readonly names: readonly string[] } => ({
  succeeded: row.succeeded,
  failed: row.failed,
  cancelled: row.cancelled,
  durations: row.durations.map(([ms, count]) => ({ ms, count })),
  durationSumMs: row.duration_sum_ms,
  datasets: BigInt(row.datasets.length),
  names: row.datasets,
  rows: row.rows_in,
  processingMs: row.processing_ms,
  qualitySum: row.quality_sum,
  qualityCount: row.quality_count,
  lastStartedAt: row.last_started_at,
});

type Named = RunFigures & { readonly names?: readonly string[] };

/** Nothing. */
export const noFigures: Named = {
  succeeded: 0n,
  failed: 0n,
  cancelled: 0n,
  durations: [],
  durationSumMs: 0,
  datasets: 0n,
  names: [],
  rows: 0n,
  processingMs: 0,
  qualitySum: 0,
  qualityCount: 0n,
  lastStartedAt: undefined,
};

/** Both together; datasets that both read count once. */
export function addFigures(a: Named, b: Named): Named {
  const names = [...new Set([...(a.names ?? []), ...(b.names ?? [])])];
  return {
    succeeded: a.succeeded + b.succeeded,
    failed: a.failed + b.failed,
    cancelled: a.cancelled + b.cancelled,
    durations: [...a.durations, ...b.durations],
    durationSumMs: a.durationSumMs + b.durationSumMs,
    datasets: BigInt(names.length),
    names,
    rows: a.rows + b.rows,
    processingMs: a.processingMs + b.processingMs,
    qualitySum: a.qualitySum + b.qualitySum,
    qualityCount: a.qualityCount + b.qualityCount,
    lastStartedAt: later(a.lastStartedAt, b.lastStartedAt),
  };
}

const later = (a: Date | undefined, b: Date | undefined) => (a && b ? (a > b ? a : b) : (a ?? b));
