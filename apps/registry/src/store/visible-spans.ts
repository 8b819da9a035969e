import { sql, type Transaction } from 'kysely';
import { spansGranted } from '../domain/grant.ts';
import { spansChanged, spanOf } from './change-rows.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;

/** A tenant's sight of a component. */
export interface SightOf {
  readonly tenant: string;
  readonly component: string;
}

/** Lets one change of a tenant's sight of a component happen at a time. */
export async function lockSpans(tx: Tx, { tenant, component }: SightOf): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`spans/${tenant}/${component}`}, 0))`.execute(tx);
}

/** Writes down what the tenant's grants of the component give, from the grants themselves, and that it changed. */
export async function deriveSpans(tx: Tx, { tenant, component }: SightOf): Promise<void> {
  const grants = await tx
    .selectFrom('grants')
    .select(['range', 'expires_at'])
    .where('tenant', '=', tenant)
    .where('component', '=', component)
    .where('revoked_at', 'is', null)
    .where(sql<boolean>`(expires_at is null or expires_at > now())`)
    .execute();
  const removed = await tx
    .deleteFrom('visible_spans')
    .where('tenant', '=', tenant)
    .where('component', '=', component)
    .returning(['prerelease', 'from_key', 'to_key', 'expires_at'])
    .execute();
  const spans = spansGranted(grants.map(({ range, expires_at }) => ({ range, expiresAt: expires_at ?? undefined })));
  const rows = spans.map(({ prerelease, from, to, until }) => ({
    tenant,
    component,
    prerelease,
    from_key: from,
    to_key: to,
    expires_at: until ?? ('infinity' as const),
  }));
  if (rows.length > 0) await tx.insertInto('visible_spans').values(rows).execute();
  await spansChanged(tx, { tenant, component }, removed.map(spanOf), spans);
}
