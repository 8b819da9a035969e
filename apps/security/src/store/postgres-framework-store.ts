import { ComplianceParameters } from '@weir/contracts/security';
import type { Database } from '@weir/database';
import { sql, type Selectable, type Transaction } from 'kysely';
import type { FrameworkConfig, TenantFrameworks } from '../domain/compliance/framework-config.ts';
import { isKnownFramework, type KnownFramework } from '../domain/compliance/frameworks.ts';
import { settleParameters } from '../domain/compliance/parameters.ts';
import type { FrameworkStore, NewFrameworkConfig } from './framework-store.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;
type Row = Selectable<Schema['framework_configs']>;

/** Configured frameworks in PostgreSQL. */
export const postgresFrameworkStore = (database: Database<Schema>): FrameworkStore => ({
  find: (scope, tenant) => database.within(scope, (tx) => find(tx, tenant)),
  since: (scope, tenant) =>
    database.within(scope, async (tx) => {
      const rows = await tx
        .selectFrom('framework_configs')
        .select(['framework', 'configured_at'])
        .where('tenant', '=', tenant)
        .where('revision', '=', 1n)
        .execute();
      return new Map(rows.map(({ framework, configured_at }) => [framework as KnownFramework, configured_at]));
    }),
  put: (scope, tenant, config, by) => database.within(scope, (tx) => put(tx, tenant, config, by)),
  setCryptoperiod: (scope, tenant, ms) =>
    database.within(scope, async (tx) => {
      const cryptoperiod_ms = ms === undefined ? null : BigInt(ms);
      await tx
        .insertInto('compliance_tenants')
        .values({ tenant, cryptoperiod_ms })
        .onConflict((on) => on.column('tenant').doUpdateSet({ cryptoperiod_ms }))
        .execute();
    }),
  reviewed: (scope, tenant) =>
    database.within(scope, async (tx) => {
      await tx
        .insertInto('compliance_tenants')
        .values({ tenant, reviewed_at: sql`now()` })
        .onConflict((on) => on.column('tenant').doUpdateSet({ reviewed_at: sql`now()` }))
        .execute();
    }),
});

async function put(tx: Tx, tenant: string, config: NewFrameworkConfig, by: string): Promise<void> {
  const { framework, revision, isActive, parameters } = config;
  const bytes = ComplianceParameters.encode(ComplianceParameters.create({ framework: parameters })).finish();
  await tx
    .insertInto('framework_configs')
    .values({ tenant, framework, revision, disabled: !isActive, parameters: Buffer.from(bytes), configured_by: by })
    .execute();
}

async function find(tx: Tx, tenant: string): Promise<TenantFrameworks> {
  const rows = await tx
    .selectFrom('framework_configs')
    .selectAll()
    .distinctOn('framework')
    .where('tenant', '=', tenant)
    .orderBy('framework')
    .orderBy('revision', 'desc')
    .execute();
  const facts = await tx
    .selectFrom('compliance_tenants')
    .select('reviewed_at')
    .where('tenant', '=', tenant)
    .executeTakeFirst();
  return { tenant, configs: rows.flatMap((row) => configOf(row) ?? []), reviewedAt: facts?.reviewed_at ?? undefined };
}

function configOf(row: Row): FrameworkConfig | undefined {
  const { framework: parameters } = ComplianceParameters.decode(row.parameters);
  if (!isKnownFramework(row.framework) || !parameters) return undefined;
  return {
    framework: row.framework,
    revision: row.revision,
    isActive: !row.disabled,
    parameters: settleParameters(parameters),
    configuredAt: row.configured_at,
    retentionAppliedAt: row.retention_applied_at ?? undefined,
  };
}
