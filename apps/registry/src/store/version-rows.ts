import type { Scope } from '@weir/context';
import { ComponentVersion, Lifecycle, Runtime } from '@weir/contracts/registry';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import { etagOf } from '../domain/etag.ts';
import { versionNameOf } from '../domain/names.ts';
import type { PublishedVersion, VersionPlace } from '../domain/published-version.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;

/** What the scope can see, as a table expression: archived versions only for the platform, or if asked for. */
export function seen({ tenant }: Scope, { archived = false } = {}): RawBuilder<unknown> {
  if (tenant === undefined) return sql`versions`;
  const view = sql.table(archived ? 'granted_versions' : 'visible_versions');
  return sql`(select * from ${view} where tenant = ${tenant})`;
}

/** Versions as messages, with how many places were asked for. */
export interface LoadedVersions {
  readonly versions: PublishedVersion[];
  readonly found: number;
}

// Below the 4 MiB that a client takes by default, with room for names, notes and aliases.
const MAX_PAGE_BYTES = 4 * 2 ** 20 - 64 * 1024;

/**
 * Loads the versions at the places that `page` selects (component, key), by component, ascending, then by precedence,
 * highest first, as many as fit into one message, but at least one.
 */
export async function load(
  tx: Tx,
  scope: Scope,
  page: RawBuilder<VersionPlace>,
  runtime: boolean,
): Promise<LoadedVersions> {
  const places = sql`(select array_agg(p.component) as components, array_agg(p.key) as keys from (${page}) p) places`;
  return loadFrom(tx, scope, places, runtime);
}

/** The same for the places of a table expression "places" of one row: components, keys. */
export function loadFrom(tx: Tx, scope: Scope, places: RawBuilder<unknown>, runtime: boolean): Promise<LoadedVersions> {
  const loaded = sql`load_versions(
    ${scope.tenant ?? null}::text, places.components, places.keys, ${runtime}::boolean, ${MAX_PAGE_BYTES}::int) l`;
  return loadedFrom(tx, scope, sql`select l.* from ${places} cross join lateral ${loaded}`);
}

/** Loads the versions at these places, in the same way. */
export async function loadPlaces(
  tx: Tx,
  scope: Scope,
  places: readonly VersionPlace[],
  runtime = false,
): Promise<PublishedVersion[]> {
  if (places.length === 0) return [];
  const components = places.map(({ component }) => component);
  const keys = places.map(({ key }) => key);
  const loaded = sql`select * from load_versions(
    ${scope.tenant ?? null}::text, ${components}::text[], ${keys}::text[], ${runtime}::boolean,
    ${MAX_PAGE_BYTES}::int)`;
  return (await loadedFrom(tx, scope, loaded)).versions;
}

/** The versions that a query of the type loaded_version gives, as messages. */
export async function loadedFrom(tx: Tx, scope: Scope, query: RawBuilder<unknown>): Promise<LoadedVersions> {
  const { rows } = await (query as RawBuilder<Row>).execute(tx);
  return { versions: rows.map((row) => versionOf(row, scope)), found: Number(rows[0]?.found ?? 0) };
}

interface Row extends VersionPlace {
  readonly version: string;
  readonly lifecycle: Lifecycle;
  readonly lifecycle_reason: string;
  readonly sunset_at: Date | null;
  readonly lifecycle_forced: boolean;
  readonly lifecycle_changed_at: Date | null;
  readonly revision: bigint;
  readonly replacement_component: string | null;
  readonly found: bigint;
  readonly digest: Buffer;
  readonly body: Buffer;
  readonly runtime: Buffer | null;
  readonly published_at: Date;
  readonly published_by: string;
  readonly aliases: string[];
  readonly replacement: string | null;
}

const versionOf = (row: Row, scope: Scope): PublishedVersion => ({
  component: row.component,
  key: row.key,
  message: {
    ...ComponentVersion.decode(row.body),
    runtime: row.runtime ? Runtime.decode(row.runtime) : undefined,
    digest: digestText(row.digest),
    lifecycle: row.lifecycle,
    lifecycleNote: row.lifecycle === Lifecycle.ACTIVE ? undefined : noteOf(row),
    aliases: row.aliases,
    etag: etagOf(row.revision),
    publishedAt: row.published_at,
    publishedBy: scope.tenant === undefined ? row.published_by : '',
  },
});

const noteOf = (row: Row) => ({
  reason: row.lifecycle_reason,
  replacement:
    row.replacement_component !== null && row.replacement !== null
      ? versionNameOf(row.replacement_component, row.replacement)
      : '',
  sunsetAt: row.sunset_at ?? undefined,
  forced: row.lifecycle_forced,
  changedAt: row.lifecycle_changed_at ?? undefined,
});

/** "sha256:..." */
export const digestText = (digest: Buffer): string => `sha256:${digest.toString('hex')}`;

/** The bytes of "sha256:..."; of anything else, bytes that no digest has. */
export const digestBytes = (digest: string): Buffer => Buffer.from(digest.replace(/^sha256:/, ''), 'hex');
