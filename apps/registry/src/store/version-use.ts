import type { VersionUse } from '@weir/contracts/registry';
import { sql, type Transaction } from 'kysely';
import { grantNameOf } from '../domain/grant.ts';
import { tenantNameOf } from '../domain/names.ts';
import type { VersionPlace } from '../domain/published-version.ts';
import { covers, spansOf } from '../domain/version-spans.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;

const SHOWN = { tenants: 1_000, grants: 100, deployments: 100 } as const;

/** Who uses a version: tenants with a grant, live deployments, and jobs that run or ended in the last 30 days. */
export async function versionUse(tx: Tx, place: VersionPlace): Promise<VersionUse> {
  const rows = await usersOf(tx, place);
  const grants = await grantsOf(
    tx,
    place,
    rows.map(({ tenant }) => tenant),
  );
  const [first] = rows;
  return {
    grantedTenants: first?.granted_tenants ?? 0n,
    liveDeployments: first?.all_deployments ?? 0n,
    runningJobs: first?.all_running ?? 0n,
    recentJobs: first?.all_recent ?? 0n,
    tenants: rows.map(({ tenant, names, running, recent, last_used_at }) => ({
      tenant: tenantNameOf(tenant),
      grants: grants.get(tenant)?.slice(0, SHOWN.grants) ?? [],
      deployments: names.map((deployment) => `${tenantNameOf(tenant)}/deployments/${deployment}`),
      runningJobs: running,
      recentJobs: recent,
      lastUsedAt: last_used_at ?? undefined,
    })),
    truncated: (first?.tenants ?? 0n) > BigInt(rows.length),
  };
}

interface Row {
  readonly tenant: string;
  readonly names: string[];
  readonly running: bigint;
  readonly recent: bigint;
  readonly last_used_at: Date | null;
  readonly tenants: bigint;
  readonly granted_tenants: bigint;
  readonly all_deployments: bigint;
  readonly all_running: bigint;
  readonly all_recent: bigint;
}

/** The tenants that use the version or may, those with live deployments first, with sums over all of them. Those that
 * were deleted for good use nothing. */
async function usersOf(tx: Tx, { component, key }: VersionPlace): Promise<Row[]> {
  const { rows } = await sql<Row>`
    with gone as (select tenant from tenants where purge_at <= now()),
    granted as (
      select distinct s.tenant from visible_spans s join versions v on v.component = ${component} and v.key = ${key}
      where s.component = v.component and s.prerelease = v.prerelease and s.from_key <= v.key and v.key < s.to_key
        and s.expires_at > now()
    ),
    deployed as (
      select tenant, count(*) as count, (array_agg(deployment order by deployment))[1:${SHOWN.deployments}::int] as names
      from deployment_versions where component = ${component} and key = ${key} group by tenant
    ),
    jobs as (
      select tenant, max(acquired_at) as last_used_at,
        count(*) filter (where ended_at is null and expires_at > now()) as running,
        count(*) filter (where coalesce(ended_at, case when expires_at <= now() then expires_at end) > now() - interval '30 days') as recent
      from job_slots where component = ${component} and key = ${key} group by tenant
    ),
    tenants as (
      select tenant, g.tenant is not null as granted, coalesce(d.count, 0) as deployments,
        coalesce(d.names, '{}') as names, coalesce(j.running, 0) as running, coalesce(j.recent, 0) as recent, j.last_used_at
      from granted g full join deployed d using (tenant) full join jobs j using (tenant)
      where tenant not in (select tenant from gone)
    )
    select *, count(*) over () as tenants, count(*) filter (where granted) over () as granted_tenants,
      sum(deployments) over ()::bigint as all_deployments, sum(running) over ()::bigint as all_running,
      sum(recent) over ()::bigint as all_recent
    from tenants order by deployments = 0, tenant limit ${SHOWN.tenants}`.execute(tx);
  return rows;
}

/** The names of the grants that cover the version, by tenant. */
async function grantsOf(
  tx: Tx,
  { component, key }: VersionPlace,
  tenants: readonly string[],
): Promise<Map<string, string[]>> {
  if (tenants.length === 0) return new Map();
  const rows = await tx
    .selectFrom('grants')
    .select(['tenant', 'id', 'range'])
    .where('component', '=', component)
    .where('tenant', 'in', tenants)
    .where('revoked_at', 'is', null)
    .where(sql<boolean>`(expires_at is null or expires_at > now())`)
    .orderBy('id')
    .execute();
  const isPrerelease = !key.endsWith('~');
  const covering = rows.filter(({ range }) => covers(spansOf(range), key, isPrerelease));
  const byTenant = Map.groupBy(covering, ({ tenant }) => tenant);
  return new Map([...byTenant].map(([tenant, grants]) => [tenant, grants.map(grantNameOf)]));
}
