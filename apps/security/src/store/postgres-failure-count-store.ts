import { tenantScope } from '@weir/context';
import type { Database } from '@weir/database';
import { sql } from 'kysely';
import type { CountedFailures, Failure } from '../domain/compliance/incidents.ts';
import type { FailureCountStore } from './failure-count-store.ts';
import type { Schema } from './schema.ts';

interface Row {
  readonly minute: bigint;
  readonly times: bigint;
  readonly events: string[];
  readonly resources: string[];
  readonly first: bigint;
}

const DAY_MINUTES = 24 * 60;
const KEPT_MINUTES = 30 * DAY_MINUTES;

/** In PostgreSQL. A crash of its machine may forget the last ones. */
export const postgresFailureCountStore = (database: Database<Schema>): FailureCountStore => ({
  async add(tenant, failures) {
    return countedIn(await database.once(tenantScope(tenant), statement(tenant, failures), { durable: false }));
  },
});

function statement(tenant: string, failures: readonly Failure[]) {
  const latest = failures.reduce((last, { minute }) => Math.max(last, minute), 0);
  return sql<Row>`
    with gone as (
      delete from failed_decryptions where tenant = ${tenant} and minute < ${latest - KEPT_MINUTES}
    ), added as (
      insert into failed_decryptions as f (tenant, minute, times, events, resources)
      select ${tenant}, minute, sum(times)::bigint, (array_agg(id order by at))[1:100], array_agg(distinct resource)
      from unnest(
        ${failures.map(({ minute }) => minute)}::bigint[], ${failures.map(({ times }) => times)}::bigint[],
        ${failures.map(({ id }) => id)}::text[], ${failures.map(({ resource }) => resource)}::text[]
      ) with ordinality as g (minute, times, id, resource, at)
      group by minute order by minute
      on conflict (tenant, minute) do update set
        times = f.times + excluded.times,
        events = (f.events || excluded.events)[1:100],
        resources = (array(select distinct unnest(f.resources || excluded.resources) limit 20))
      returning minute, times, events, resources
    ), day as (
      select minute, times, events, resources from added
      union all
      select minute, times, events, resources from failed_decryptions
      where tenant = ${tenant} and minute > ${latest - DAY_MINUTES} and minute not in (select minute from added)
    )
    select day.*, least(
      (select min(minute) from failed_decryptions where tenant = ${tenant}), (select min(minute) from day)
    ) as first from day order by minute`;
}

const countedIn = (rows: readonly Row[]): CountedFailures => ({
  minutes: new Map(rows.map(({ minute, times }) => [Number(minute), Number(times)])),
  first: Number(rows[0]?.first ?? 0n),
  recent: rows.flatMap(({ minute, events, resources }) =>
    events.map((id, at) => ({ id, resource: resources[at] ?? '', minute: Number(minute) })),
  ),
});
