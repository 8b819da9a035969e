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
const ROW_OVERHEAD = 512;

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
  const { rows } = await sql<Row>`
    with page as materialized (${page}),
    sized as (
      select v.*, count(*) over () as found,
        sum(v.bytes + ${ROW_OVERHEAD}::int) over w as running, row_number() over w as position
      from page p join versions v on v.component = p.component and v.key = p.key
      window w as (order by v.component, v.key desc)
    )
    select s.component, s.key, s.version, s.lifecycle, s.lifecycle_reason, s.sunset_at, s.lifecycle_forced,
      s.lifecycle_changed_at, s.revision, s.replacement_component, s.found,
      m.digest, m.body, ${runtime ? sql`m.runtime` : sql`null::bytea`} as runtime, m.published_at, m.published_by,
      array(select a.alias from aliases a where a.component = s.component and a.key = s.key order by a.alias) as aliases,
      (select r.version from ${seen(scope)} r
        where r.component = s.replacement_component and r.key = s.replacement_key) as replacement
    from sized s join manifests m on m.component = s.component and m.key = s.key
    where s.running <= ${MAX_PAGE_BYTES}::int or s.position = 1
    order by s.component, s.key desc`.execute(tx);
  return { versions: rows.map((row) => versionOf(row, scope)), found: Number(rows[0]?.found ?? 0) };
}

/** Loads the versions at these places, which are in the order of a page. */
export async function loadPlaces(tx: Tx, scope: Scope, places: readonly VersionPlace[]): Promise<PublishedVersion[]> {
  if (places.length === 0) return [];
  const page = sql<VersionPlace>`select * from unnest(
    ${places.map(({ component }) => component)}::text[], ${places.map(({ key }) => key)}::text[]
  ) as place (component, key)`;
  return (await load(tx, scope, page, false)).versions;
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
