import type { Scope } from '@weir/context';
import { ComponentVersion, Lifecycle, Runtime } from '@weir/contracts/registry';
import type { Database } from '@weir/database';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import { bitsOf } from '../domain/bits.ts';
import { featuresOf } from '../domain/features.ts';
import { versionNameOf } from '../domain/names.ts';
import { indexOf, placeOf, type PublishedVersion, type VersionPlace } from '../domain/published-version.ts';
import { capabilityNumbers, type CapabilityNumbers } from './capability-numbers.ts';
import type { ComponentStore, VersionFilter, VersionPage } from './component-store.ts';
import { versionChanged } from './change-rows.ts';
import { addFeatures } from './component-features.ts';
import { discover } from './discovery.ts';
import { tally } from './facet-rows.ts';
import type { Schema } from './schema.ts';
import { insideSpans } from './span-rows.ts';
import { digestBytes, digestText, load, loadedFrom, seen } from './version-rows.ts';

type Tx = Transaction<Schema>;

/** Versions in PostgreSQL. */
export function postgresComponentStore(database: Database<Schema>): ComponentStore {
  const numbers = capabilityNumbers();
  return {
    hold: (scope, component) => database.within(scope, (tx) => hold(tx, component)),
    exists: (scope, component) =>
      database.within(scope, async (tx) => {
        const row = tx.selectFrom('components').select('component').where('component', '=', component);
        return (await row.executeTakeFirst()) !== undefined;
      }),
    published: (scope, place) => database.within(scope, (tx) => published(tx, place)),
    publish: (scope, manifest, digest, publishedBy) =>
      database.within(scope, (tx) => publish(tx, numbers, manifest, { digest, publishedBy })),
    find: (scope, name, lockedDigest = '') => database.within(scope, (tx) => find(tx, scope, name, lockedDigest)),
    findByAlias: (scope, component, alias) => database.within(scope, (tx) => findByAlias(tx, scope, component, alias)),
    lowerThan: (scope, place, batch) => lowerThan(database, scope, place, batch),
    discover: (scope, filter, page) => database.within(scope, (tx) => discover(tx, scope, numbers, filter, page)),
    versionsOf: (scope, filter, page) => database.within(scope, (tx) => versionsOf(tx, scope, filter, page)),
    visible: (scope, places) => database.within(scope, (tx) => visible(tx, scope, places)),
    tally: (scope, filter, wantsCapabilities) =>
      database.within(scope, (tx) => tally(tx, scope, numbers, filter, wantsCapabilities)),
    countVisible: (scope, tenant, component, spans) =>
      database.within(scope, async (tx) => {
        const { rows } = await sql<{ count: bigint }>`
          select count(*) as count from visible_versions v
          where v.tenant = ${tenant} and v.component = ${component} and ${insideSpans(spans)}`.execute(tx);
        return Number(rows[0]?.count ?? 0);
      }),
  };
}

async function hold(tx: Tx, component: string): Promise<void> {
  await sql`insert into components (component) values (${component}) on conflict do nothing`.execute(tx);
  await tx.selectFrom('components').select('component').where('component', '=', component).forUpdate().execute();
}

async function published(tx: Tx, { component, key }: VersionPlace) {
  const row = await tx
    .selectFrom('versions as v')
    .innerJoin('manifests as m', (join) => join.onRef('m.component', '=', 'v.component').onRef('m.key', '=', 'v.key'))
    .select(['v.version', 'm.digest'])
    .where('v.component', '=', component)
    .where('v.key', '=', key)
    .executeTakeFirst();
  return row && { name: versionNameOf(component, row.version), digest: digestText(row.digest) };
}

async function publish(
  tx: Tx,
  numbers: CapabilityNumbers,
  manifest: ComponentVersion,
  { digest, publishedBy }: { digest: string; publishedBy: string },
): Promise<void> {
  const { component, key, version, prerelease, words } = indexOf(manifest);
  const { clearance, runtime, ...content } = manifest;
  const body = Buffer.from(ComponentVersion.encode({ ...content, clearance, runtime: undefined }).finish());
  const capabilities = await numbers.assign(tx, manifest.capabilities);
  await tx
    .insertInto('versions')
    .values({
      component,
      key,
      version,
      prerelease,
      clearance,
      data_formats: bitsOf(manifest.dataFormats),
      certifications: bitsOf(manifest.certifications),
      capabilities,
      words: sql`array_to_tsvector(${words}::text[])`,
      bytes: body.length,
    })
    .execute();
  await tx
    .insertInto('manifests')
    .values({
      component,
      key,
      clearance,
      digest: digestBytes(digest),
      body,
      runtime: Buffer.from(Runtime.encode(runtime ?? Runtime.fromPartial({})).finish()),
      published_by: publishedBy,
    })
    .execute();
  await addFeatures(tx, component, featuresOf({ ...manifest, capabilities }, Lifecycle.ACTIVE), words);
  await versionChanged(tx, { component, key }, Lifecycle.UNSPECIFIED, Lifecycle.ACTIVE);
}

async function find(tx: Tx, scope: Scope, name: string, lockedDigest: string): Promise<PublishedVersion | undefined> {
  const { component, key, version } = placeOf(name);
  if (scope.tenant === undefined) {
    const place = sql<VersionPlace>`
      select v.component, v.key from versions v
      where v.component = ${component} and v.key = ${key} and v.version = ${version}`;
    return (await load(tx, scope, place, true)).versions[0];
  }
  const found = sql`select * from find_version(
    ${scope.tenant}::text, ${component}::text, ${key}::text, ${version}::text, ${digestBytes(lockedDigest)}::bytea)`;
  return (await loadedFrom(tx, scope, found)).versions[0];
}

async function findByAlias(
  tx: Tx,
  scope: Scope,
  component: string,
  alias: string,
): Promise<PublishedVersion | undefined> {
  const page = sql<VersionPlace>`
    select v.component, v.key from aliases a join ${seen(scope)} v on v.component = a.component and v.key = a.key
    where a.component = ${component} and a.alias = ${alias}`;
  return (await load(tx, scope, page, true)).versions[0];
}

async function visible(tx: Tx, scope: Scope, places: readonly VersionPlace[]): Promise<PublishedVersion[]> {
  const page = sql<VersionPlace>`
    select v.component, v.key from ${seen(scope)} v join unnest(
      ${places.map(({ component }) => component)}::text[], ${places.map(({ key }) => key)}::text[]
    ) as p (component, key) on p.component = v.component and p.key = v.key
    where v.lifecycle < 4`;
  return (await load(tx, scope, page, false)).versions;
}

async function versionsOf(tx: Tx, scope: Scope, filter: VersionFilter, { after, limit }: VersionPage) {
  const { component, spans, showArchived } = filter;
  const conditions = [
    sql<boolean>`v.component = ${component}`,
    ...(after ? [sql<boolean>`v.key < ${after.key}`] : []),
    ...(spans ? [insideSpans(spans)] : []),
    ...(showArchived ? [] : [sql<boolean>`v.lifecycle < 4`]),
  ];
  const page = pageOf(seen(scope), conditions, limit);
  const { versions, found } = await load(tx, scope, page, false);
  return { versions: versions.slice(0, limit), more: found > Math.min(versions.length, limit) };
}

const pageOf = (from: RawBuilder<unknown>, conditions: readonly RawBuilder<boolean>[], limit: number) =>
  sql<VersionPlace>`
    select v.component, v.key from ${from} v where ${sql.join(conditions, sql` and `)}
    order by v.key desc limit ${limit + 1}`;

async function* lowerThan(database: Database<Schema>, scope: Scope, { component, key }: VersionPlace, batch: number) {
  for (let below = key; ;) {
    const conditions = [sql<boolean>`v.component = ${component} and v.key < ${below} and v.lifecycle < 4`];
    const { versions } = await database.within(scope, (tx) =>
      load(tx, scope, pageOf(seen(scope), conditions, batch - 1), false),
    );
    const last = versions.at(-1);
    if (!last) return;
    yield versions;
    below = last.key;
  }
}
