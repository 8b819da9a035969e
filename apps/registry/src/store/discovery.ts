import type { Scope } from '@weir/context';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import { bitsOf } from '../domain/bits.ts';
import type { VersionPlace } from '../domain/published-version.ts';
import { searchQuery } from '../domain/words.ts';
import type { CapabilityNumbers } from './capability-numbers.ts';
import type { DiscoveryFilter, VersionPage, VersionsFound } from './component-store.ts';
import type { Schema } from './schema.ts';
import { load, seen } from './version-rows.ts';

type Tx = Transaction<Schema>;

/** One page of the versions that pass the filter. */
export async function discover(
  tx: Tx,
  scope: Scope,
  numbers: CapabilityNumbers,
  filter: DiscoveryFilter,
  { after, limit }: VersionPage,
): Promise<VersionsFound> {
  const conditions = await passing(tx, numbers, filter);
  if (!conditions) return { versions: [], more: false };
  const beyond = after
    ? [sql<boolean>`v.component >= ${after.component} and (v.component > ${after.component} or v.key < ${after.key})`]
    : [];
  const page = sql<VersionPlace>`
    select v.component, v.key from ${seen(scope)} v where ${sql.join([...conditions, ...beyond], sql` and `)}
    order by v.component, v.key desc limit ${limit + 1}`;
  const { versions, found } = await load(tx, scope, page, false);
  return { versions: versions.slice(0, limit), more: found > Math.min(versions.length, limit) };
}

/** What a version "v" must hold to pass; undefined when none can. */
export async function passing(
  tx: Tx,
  numbers: CapabilityNumbers,
  filter: DiscoveryFilter,
): Promise<RawBuilder<boolean>[] | undefined> {
  const capabilities = filter.capabilities.length > 0 ? await numbers.find(tx, filter.capabilities) : [];
  const query = searchQuery(filter.text);
  if (!capabilities) return undefined;

  const formats = bitsOf(filter.dataFormats);
  const certifications = bitsOf(filter.certifications);
  return [
    filter.lifecycles.length > 0
      ? sql<boolean>`v.lifecycle = any(${[...filter.lifecycles]}::smallint[])`
      : sql<boolean>`v.lifecycle < 4`,
    ...(capabilities.length > 0 ? [sql<boolean>`v.capabilities @> ${capabilities}::int[]`] : []),
    ...(formats > 0 ? [sql<boolean>`v.data_formats & ${formats}::int <> 0`] : []),
    ...(filter.minClearance > 0 ? [sql<boolean>`v.clearance >= ${filter.minClearance}::smallint`] : []),
    ...(certifications > 0 ? [sql<boolean>`v.certifications & ${certifications}::int = ${certifications}::int`] : []),
    ...(query === '' ? [] : [sql<boolean>`v.words @@ ${query}::tsquery`]),
  ];
}
