import type { Scope } from '@weir/context';
import { sql, type Transaction } from 'kysely';
import type { VersionPlace } from '../domain/published-version.ts';
import type { CapabilityNumbers } from './capability-numbers.ts';
import type { DiscoveryFilter, VersionPage, VersionsFound } from './component-store.ts';
import { conditionsOf, termArguments, termsOf, type Passing, type Terms } from './discovery-terms.ts';
import type { Schema } from './schema.ts';
import { loadFrom, loadPlaces } from './version-rows.ts';

type Tx = Transaction<Schema>;

// Components looked at in one go: few at first, for most pages are full soon.
const CHUNK = { first: 16, growth: 4, most: 4_096 } as const;

/** One page of the versions that pass the filter. */
export async function discover(
  tx: Tx,
  scope: Scope,
  numbers: CapabilityNumbers,
  filter: DiscoveryFilter,
  page: VersionPage,
): Promise<VersionsFound> {
  const terms = await termsOf(tx, numbers, filter);
  if (!terms) return { versions: [], more: false };
  return scope.tenant === undefined ? discoverAll(tx, scope, terms, page) : discoverGranted(tx, scope, terms, page);
}

/** A page for a tenant: in one statement, which reads its grants in the order of the answer. */
async function discoverGranted(tx: Tx, scope: Scope, terms: Terms, { after, limit }: VersionPage) {
  const places = sql`discover_versions(
    ${scope.tenant}::text, ${after?.component ?? ''}::text, ${after?.key ?? ''}::text,
    ${termArguments(terms)}, ${terms.words ?? null}::tsquery, ${limit + 1}::int) places`;
  const loaded = await loadFrom(tx, scope, places, false);
  const versions = loaded.versions.slice(0, limit);
  return { versions, more: loaded.found > versions.length };
}

/** A page for the platform, which sees everything: components of which versions may pass, then their versions. */
async function discoverAll(tx: Tx, scope: Scope, terms: Terms, { after, limit }: VersionPage): Promise<VersionsFound> {
  const passing = conditionsOf(terms);
  const found: VersionPlace[] = [];
  let from = after?.component ?? '';
  for (let size: number = CHUNK.first, full = true; full && found.length <= limit; size *= CHUNK.growth) {
    const most = Math.min(size, CHUNK.most);
    const components = await candidates(tx, passing, { from, inclusive: from === after?.component, most });
    if (components.length > 0) {
      found.push(...(await matches(tx, passing, components, { after, limit: limit + 1 - found.length })));
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
  { component }: Passing,
  { from, inclusive, most }: { from: string; inclusive: boolean; most: number },
): Promise<string[]> {
  const beyond = inclusive ? sql`c.component >= ${from}` : sql`c.component > ${from}`;
  const { rows } = await sql<{ component: string }>`
    select c.component from components c where ${sql.join([beyond, ...component], sql` and `)}
    order by c.component limit ${most}`.execute(tx);
  return rows.map((row) => row.component);
}

async function matches(
  tx: Tx,
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
    select v.component, v.key from versions v where ${sql.join(conditions, sql` and `)}
    order by v.component, v.key desc limit ${limit}`.execute(tx);
  return rows;
}
