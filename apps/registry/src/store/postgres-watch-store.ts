import { platformScope, type Scope } from '@weir/context';
import type { Database } from '@weir/database';
import { sql, type Selectable, type Transaction } from 'kysely';
import { versionNameOf } from '../domain/names.ts';
import { after, RELEASE } from '../domain/version-key.ts';
import type { LeasedSpan } from '../domain/version-spans.ts';
import { wasVisible, type Sight, type Subject } from '../domain/visibility-history.ts';
import { changeOf, spanOf } from './change-rows.ts';
import type { ChangeTable, Schema, SpanTable } from './schema.ts';
import { subjectsOf } from './watch-subjects.ts';
import type { Changed, ChangedVersion, Position, WatchStore } from './watch-store.ts';

type Tx = Transaction<Schema>;

/** What changed, in PostgreSQL. Changes of versions name what a tenant may not see, so all of it runs as the platform. */
export function postgresWatchStore(database: Database<Schema>): WatchStore {
  const within = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => database.within(platformScope(), work);
  return {
    head: () => within(head),
    isKnown: (revision) =>
      within(async (tx) => {
        const { through } = await tx
          .selectFrom('catalogue_compaction')
          .select(sql<bigint>`through::text::bigint`.as('through'))
          .executeTakeFirstOrThrow();
        return revision >= through && revision <= (await head(tx));
      }),
    since: (scope, position, component) =>
      database.within(platformScope(), (tx) => since(tx, scope, position, component), { isolation: 'repeatable read' }),
  };
}

async function head(tx: Tx): Promise<bigint> {
  const { rows } = await sql<{ xmin: bigint }>`
    select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as xmin`.execute(tx);
  return (rows[0]?.xmin ?? 1n) - 1n;
}

/**
 * Everything since a revision, in one snapshot: what is seen by now is the outcome of exactly the changes that are read,
 * settled or not. What is beyond the revision is remembered, so that it is told once.
 */
async function since(tx: Tx, scope: Scope, from: Position, component?: string): Promise<Changed> {
  const revision = await head(tx);
  const read = await changesAfter(tx, scope, from.revision, component);
  const position = { revision, beyond: new Set(read.filter((row) => row.revision > revision).map(({ id }) => id)) };
  const fresh = read.filter(({ id }) => !from.beyond.has(id)).map(changeOf);
  if (fresh.length === 0) return { position, versions: [] };
  const changes = read.map(changeOf);
  const subjects = await subjectsOf(tx, scope.tenant, fresh, component);
  const sight = await sightOf(tx, scope.tenant, subjects);
  const versions = subjects.map((subject): ChangedVersion => ({
    component: subject.component,
    key: subject.key,
    name: versionNameOf(subject.component, subject.version),
    wasVisible: wasVisible(subject, changes, sight),
  }));
  return { position, versions };
}

type ChangeRow = Selectable<ChangeTable> & { readonly revision: bigint };

/** The changes that concern the scope: its own, and those of versions of components that it is, or was, granted. */
async function changesAfter(tx: Tx, { tenant }: Scope, from: bigint, component?: string): Promise<ChangeRow[]> {
  const later = sql`xid > ${String(from)}::xid8`;
  const concerning =
    tenant === undefined
      ? sql`c.tenant is null`
      : sql`(c.tenant = ${tenant} or (c.tenant is null and (
          c.component in (select s.component from visible_spans s where s.tenant = ${tenant})
          or c.component in (select g.component from catalogue_changes g where g.tenant = ${tenant} and ${later}))))`;
  const filter = component === undefined ? sql`true` : sql`(c.component = ${component} or c.component is null)`;
  // Ids are handed out while whatever changes is locked: they are in the order of what happened to each thing.
  const { rows } = await sql<ChangeRow>`
    select c.*, c.xid::text::bigint as revision from catalogue_changes c
    where ${later} and ${concerning} and ${filter} order by c.id`.execute(tx);
  return rows;
}

const EVERYTHING: LeasedSpan[] = [false, true].map((prerelease) => ({
  prerelease,
  from: '',
  to: after(RELEASE),
  until: undefined,
}));

const platformSight: Sight = { ceiling: Number.MAX_SAFE_INTEGER, spansOf: () => EVERYTHING };

/** What a tenant was granted and may see by now, as far as the subjects go. */
async function sightOf(tx: Tx, tenant: string | undefined, subjects: readonly Subject[]): Promise<Sight> {
  if (tenant === undefined) return platformSight;
  const components = [...new Set(subjects.map(({ component }) => component))];
  const row = await tx
    .selectFrom('tenants')
    .select(['clearance_ceiling', 'deleted_at'])
    .where('tenant', '=', tenant)
    .executeTakeFirst();
  const { rows } = await sql<Selectable<SpanTable>>`
    select * from visible_spans where tenant = ${tenant} and component = any(${components}::text[])`.execute(tx);
  const spans = Map.groupBy(rows, ({ component }) => component);
  return {
    ceiling: !row || row.deleted_at ? 0 : row.clearance_ceiling,
    spansOf: (component) => spans.get(component)?.map(spanOf) ?? [],
  };
}
