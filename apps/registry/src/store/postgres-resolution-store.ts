import type { Scope } from '@weir/context';
import { ComponentVersion } from '@weir/contracts/registry';
import type { Database } from '@weir/database';
import { sql, type Selectable, type Transaction } from 'kysely';
import { idOf } from '../domain/names.ts';
import type { VersionPlace } from '../domain/published-version.ts';
import type { Candidate, CandidateDetails, FoundCandidate, ResolutionInput } from '../domain/resolution/model.ts';
import { versionKey } from '../domain/version-key.ts';
import type { ResolutionStore, WholeCatalogue } from './resolution-store.ts';
import type { Schema, VersionTable } from './schema.ts';
import { digestText, loadPlaces, seen } from './version-rows.ts';

type Tx = Transaction<Schema>;

/** The catalogue in PostgreSQL, as a resolution reads it: in one snapshot. */
export const postgresResolutionStore = (database: Database<Schema>): ResolutionStore => ({
  read: (scope, locked, work) =>
    database.within(scope, (tx) => work(catalogueOf(tx, scope, locked)), { isolation: 'repeatable read' }),
});

const catalogueOf = (tx: Tx, scope: Scope, locked: ResolutionInput['locked']): WholeCatalogue => ({
  candidates: (components) => candidates(tx, scope, components, locked),
  details: (wanted) => details(tx, wanted),
  alias: async (component, alias) => {
    const { rows } = await sql<{ version: string }>`
      select v.version from aliases a join ${seen(scope)} v on v.component = a.component and v.key = a.key
      where a.component = ${component} and a.alias = ${alias}`.execute(tx);
    return rows[0]?.version;
  },
  versions: (places) => versions(tx, scope, places),
});

// As many as surely fit into what is loaded in one go.
const PART = 12;

async function versions(tx: Tx, scope: Scope, places: readonly VersionPlace[]): Promise<ComponentVersion[]> {
  const found = new Map<string, ComponentVersion>();
  for (let from = 0; from < places.length; from += PART) {
    const loaded = await loadPlaces(tx, scope, places.slice(from, from + PART), true);
    for (const { component, key, message } of loaded) found.set(`${component} ${key}`, message);
  }
  return places.flatMap(({ component, key }) => found.get(`${component} ${key}`) ?? []);
}

type Row = Pick<Selectable<VersionTable>, 'component' | 'key' | 'version' | 'clearance' | 'lifecycle' | 'sunset_at'> & {
  readonly digest: Buffer | null;
  readonly body: Buffer | null;
};

async function candidates(
  tx: Tx,
  { tenant }: Scope,
  components: readonly string[],
  locked: ResolutionInput['locked'],
): Promise<FoundCandidate[]> {
  const kept = components.flatMap((component) => {
    const version = locked.get(component)?.version;
    return version === undefined ? [] : [{ component, key: versionKey(version) }];
  });
  const { rows } = await sql<Row>`
    select * from resolution_candidates(${tenant ?? null}::text, ${components}::text[],
      ${kept.map(({ component }) => component)}::text[], ${kept.map(({ key }) => key)}::text[])`.execute(tx);
  return rows.map(({ sunset_at, digest, body, ...row }) => ({
    candidate: { ...row, sunsetAt: sunset_at ?? undefined },
    details: digest && body ? detailsOf(digest, body) : undefined,
  }));
}

const detailsOf = (digest: Buffer, body: Buffer): CandidateDetails => ({
  digest: digestText(digest),
  dependencies: ComponentVersion.decode(body).dependencies.map(({ component, range }) => ({
    component: idOf(component),
    range,
  })),
});

async function details(tx: Tx, wanted: readonly Candidate[]): Promise<CandidateDetails[]> {
  const { rows } = await sql<{ digest: Buffer; body: Buffer }>`
    select m.digest, m.body
    from unnest(${wanted.map(({ component }) => component)}::text[], ${wanted.map(({ key }) => key)}::text[])
      with ordinality as w (component, key, position)
    join manifests m on m.component = w.component and m.key = w.key
    order by w.position`.execute(tx);
  return rows.map(({ digest, body }) => detailsOf(digest, body));
}
