import type { Scope } from '@weir/context';
import { ComponentVersion } from '@weir/contracts/registry';
import type { Database } from '@weir/database';
import { sql, type Selectable, type Transaction } from 'kysely';
import { idOf } from '../domain/names.ts';
import type { Candidate, CandidateDetails, Catalogue, ResolutionInput } from '../domain/resolution/model.ts';
import { versionKey } from '../domain/version-key.ts';
import type { ResolutionStore } from './resolution-store.ts';
import type { Schema, VersionTable } from './schema.ts';
import { digestText, seen } from './version-rows.ts';

type Tx = Transaction<Schema>;

/** The catalogue in PostgreSQL, as a resolution reads it: in one snapshot. */
export const postgresResolutionStore = (database: Database<Schema>): ResolutionStore => ({
  read: (scope, locked, work) =>
    database.within(scope, (tx) => work(catalogueOf(tx, scope, locked)), { isolation: 'repeatable read' }),
});

const catalogueOf = (tx: Tx, scope: Scope, locked: ResolutionInput['locked']): Catalogue => ({
  candidates: (components) => candidates(tx, scope, components, locked),
  details: (wanted) => details(tx, wanted),
  alias: async (component, alias) => {
    const { rows } = await sql<{ version: string }>`
      select v.version from aliases a join ${seen(scope)} v on v.component = a.component and v.key = a.key
      where a.component = ${component} and a.alias = ${alias}`.execute(tx);
    return rows[0]?.version;
  },
});

type Row = Pick<Selectable<VersionTable>, 'component' | 'key' | 'version' | 'clearance' | 'lifecycle' | 'sunset_at'>;

async function candidates(
  tx: Tx,
  scope: Scope,
  components: readonly string[],
  locked: ResolutionInput['locked'],
): Promise<Candidate[]> {
  const kept = components.flatMap((component) => {
    const version = locked.get(component)?.version;
    return version === undefined ? [] : [{ component, key: versionKey(version) }];
  });
  const { rows } = await sql<Row>`
    select v.component, v.key, v.version, v.clearance, v.lifecycle, v.sunset_at
    from ${seen(scope, { archived: true })} v
    where v.component = any(${components}::text[]) and (v.lifecycle < 4 or (v.component, v.key) in (
      select * from unnest(${kept.map(({ component }) => component)}::text[], ${kept.map(({ key }) => key)}::text[])
    ))`.execute(tx);
  return rows.map(({ sunset_at, ...row }) => ({ ...row, sunsetAt: sunset_at ?? undefined }));
}

async function details(tx: Tx, wanted: readonly Candidate[]): Promise<CandidateDetails[]> {
  const { rows } = await sql<{ digest: Buffer; body: Buffer }>`
    select m.digest, m.body
    from unnest(${wanted.map(({ component }) => component)}::text[], ${wanted.map(({ key }) => key)}::text[])
      with ordinality as w (component, key, position)
    join manifests m on m.component = w.component and m.key = w.key
    order by w.position`.execute(tx);
  return rows.map(({ digest, body }) => ({
    digest: digestText(digest),
    dependencies: ComponentVersion.decode(body).dependencies.map(({ component, range }) => ({
      component: idOf(component),
      range,
    })),
  }));
}
