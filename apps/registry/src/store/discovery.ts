import type { Scope } from '@weir/context';
import { Lifecycle } from '@weir/contracts/registry';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import { bitsOf } from '../domain/bits.ts';
import { certificationFeatures, clearanceFeatures, formatFeatures, lifecycleFeatures } from '../domain/features.ts';
import type { VersionPlace } from '../domain/published-version.ts';
import { searchQuery } from '../domain/words.ts';
import type { CapabilityNumbers } from './capability-numbers.ts';
import type { DiscoveryFilter, VersionPage, VersionsFound } from './component-store.ts';
import type { Schema } from './schema.ts';
import { loadPlaces, seen } from './version-rows.ts';

type Tx = Transaction<Schema>;
type Condition = RawBuilder<boolean>;

/** What a filter asks of a version "v", and what it asks of a component "c" for one of its versions to pass. */
export interface Passing {
  readonly version: readonly Condition[];
  readonly component: readonly Condition[];
}

// Components looked at in one go: few at first, for most pages are full soon.
const CHUNK = { first: 16, growth: 4, most: 4_096 } as const;

/** One page of the versions that pass the filter. */
export async function discover(
  tx: Tx,
  scope: Scope,
  numbers: CapabilityNumbers,
  filter: DiscoveryFilter,
  { after, limit }: VersionPage,
): Promise<VersionsFound> {
  const passing = await conditionsOf(tx, numbers, filter);
  if (!passing) return { versions: [], more: false };

  const found: VersionPlace[] = [];
  let from = after?.component ?? '';
  for (let size: number = CHUNK.first, full = true; full && found.length <= limit; size *= CHUNK.growth) {
    const most = Math.min(size, CHUNK.most);
    const components = await candidates(tx, scope, passing, { from, inclusive: from === after?.component, most });
    if (components.length > 0) {
      found.push(...(await matches(tx, scope, passing, components, { after, limit: limit + 1 - found.length })));
    }
    full = components.length === most;
    from = components.at(-1) ?? from;
  }

  const versions = await loadPlaces(tx, scope, found.slice(0, limit));
  return { versions, more: found.length > versions.length };
}

/** The next components, by id, of which versions may pass. */
async function candidates(
  tx: Tx,
  { tenant }: Scope,
  { component }: Passing,
  { from, inclusive, most }: { from: string; inclusive: boolean; most: number },
): Promise<string[]> {
  const beyond = inclusive ? sql`c.component >= ${from}` : sql`c.component > ${from}`;
  const conditions = sql.join([beyond, ...component], sql` and `);
  const query =
    tenant === undefined
      ? sql<{ component: string }>`
          select c.component from components c where ${conditions} order by c.component limit ${most}`
      : sql<{ component: string }>`
          select c.component from visible_spans s join components c on c.component = s.component
          where s.tenant = ${tenant} and s.expires_at > now() and ${conditions}
          group by c.component order by c.component limit ${most}`;
  const { rows } = await query.execute(tx);
  return rows.map((row) => row.component);
}

async function matches(
  tx: Tx,
  scope: Scope,
  { version }: Passing,
  components: readonly string[],
  { after, limit }: VersionPage,
): Promise<VersionPlace[]> {
  const conditions = [
    sql<boolean>`v.component = any(${components}::text[])`,
    ...version,
    ...(after ? [sql<boolean>`(v.component <> ${after.component} or v.key < ${after.key})`] : []),
  ];
  const { rows } = await sql<VersionPlace>`
    select v.component, v.key from ${seen(scope)} v where ${sql.join(conditions, sql` and `)}
    order by v.component, v.key desc limit ${limit}`.execute(tx);
  return rows;
}

const CURRENT = [Lifecycle.ACTIVE, Lifecycle.DEPRECATED, Lifecycle.SUNSET];

/** The conditions of a filter; undefined when nothing can pass. */
export async function conditionsOf(
  tx: Tx,
  numbers: CapabilityNumbers,
  filter: DiscoveryFilter,
): Promise<Passing | undefined> {
  const capabilities = filter.capabilities.length > 0 ? await numbers.find(tx, filter.capabilities) : [];
  if (!capabilities) return undefined;
  const lifecycles = filter.lifecycles.length > 0 ? [...filter.lifecycles] : CURRENT;
  const formats = bitsOf(filter.dataFormats);
  const certifications = bitsOf(filter.certifications);
  const query = searchQuery(filter.text);

  const version = [
    sql<boolean>`v.lifecycle = any(${lifecycles}::smallint[])`,
    ...(capabilities.length > 0 ? [sql<boolean>`v.capabilities @> ${capabilities}::int[]`] : []),
    ...(formats > 0 ? [sql<boolean>`v.data_formats & ${formats}::int <> 0`] : []),
    ...(filter.minClearance > 0 ? [sql<boolean>`v.clearance >= ${filter.minClearance}::smallint`] : []),
    ...(certifications > 0 ? [sql<boolean>`v.certifications & ${certifications}::int = ${certifications}::int`] : []),
    ...(query === '' ? [] : [sql<boolean>`v.words @@ ${query}::tsquery`]),
  ];
  const component = [
    ...all([...capabilities, ...certificationFeatures(filter.certifications)]),
    ...any(formatFeatures(filter.dataFormats)),
    ...any(filter.minClearance > 0 ? clearanceFeatures(filter.minClearance) : []),
    ...any(filter.lifecycles.length > 0 ? lifecycleFeatures(filter.lifecycles) : []),
    ...(query === '' ? [] : [sql<boolean>`(c.words @@ ${query}::tsquery or c.words is null)`]),
  ];
  return { version, component };
}

const all = (features: readonly number[]): Condition[] =>
  features.length > 0 ? [sql<boolean>`(c.features @> ${features}::int[] or c.features is null)`] : [];

const any = (features: readonly number[]): Condition[] =>
  features.length > 0 ? [sql<boolean>`(c.features && ${features}::int[] or c.features is null)`] : [];
