import type { Lifecycle } from '@weir/contracts/registry';
import type { Selectable, Transaction } from 'kysely';
import type { VersionPlace } from '../domain/published-version.ts';
import type { LeasedSpan } from '../domain/version-spans.ts';
import type { Change } from '../domain/visibility-history.ts';
import type { ChangeTable, Schema, SpanTable } from './schema.ts';

type Tx = Transaction<Schema>;
type SpanJson = readonly [prerelease: boolean, from: string, to: string, untilMs: number | null];

/** Notes that a version is there, has moved in its lifecycle, or looks different. */
export async function versionChanged(
  tx: Tx,
  { component, key }: VersionPlace,
  before: Lifecycle,
  after: Lifecycle,
): Promise<void> {
  const values = { component, key, lifecycle_before: before, lifecycle_after: after };
  await tx.insertInto('catalogue_changes').values(values).execute();
}

/** Notes that a tenant was granted more, or less, of a component. */
export async function spansChanged(
  tx: Tx,
  { tenant, component }: { tenant: string; component: string },
  before: readonly LeasedSpan[],
  after: readonly LeasedSpan[],
): Promise<void> {
  const spans = { spans_before: JSON.stringify(before.map(toJson)), spans_after: JSON.stringify(after.map(toJson)) };
  await tx
    .insertInto('catalogue_changes')
    .values({ tenant, component, ...spans })
    .execute();
}

/** Notes that a tenant's ceiling is another; 0 is that of a deleted tenant. */
export async function ceilingChanged(tx: Tx, tenant: string, before: number, after: number): Promise<void> {
  await tx.insertInto('catalogue_changes').values({ tenant, ceiling_before: before, ceiling_after: after }).execute();
}

/** A row as the domain sees it. */
export function changeOf(row: Selectable<ChangeTable>): Change {
  const { at, component, key } = row;
  if (component === null) {
    return { kind: 'ceiling', at, before: row.ceiling_before ?? 0, after: row.ceiling_after ?? 0 };
  }
  if (key === null) {
    const [before, after] = [row.spans_before ?? [], row.spans_after ?? []].map((spans) => spans.map(fromJson));
    return { kind: 'spans', at, component, before: before ?? [], after: after ?? [] };
  }
  return { kind: 'version', at, component, key, before: row.lifecycle_before ?? 0, after: row.lifecycle_after ?? 0 };
}

/** A stored span as the domain sees it. */
export const spanOf = (
  row: Pick<Selectable<SpanTable>, 'prerelease' | 'from_key' | 'to_key' | 'expires_at'>,
): LeasedSpan => ({
  prerelease: row.prerelease,
  from: row.from_key,
  to: row.to_key,
  until: row.expires_at instanceof Date ? row.expires_at : undefined,
});

const toJson = ({ prerelease, from, to, until }: LeasedSpan): SpanJson => [
  prerelease,
  from,
  to,
  until?.getTime() ?? null,
];

const fromJson = ([prerelease, from, to, untilMs]: SpanJson): LeasedSpan => ({
  prerelease,
  from,
  to,
  until: untilMs === null ? undefined : new Date(untilMs),
});
