import { Policy } from '@weir/contracts/security';
import type { Database } from '@weir/database';
import { sql, type Selectable, type Transaction } from 'kysely';
import { encodeContent, principalsIn, type PolicyContent } from '../domain/access/policy-content.ts';
import type { PolicyChanges, PolicyPage, PolicyStore } from './policy-store.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;
type Row = Selectable<Schema['policies']>;

/** Policies in PostgreSQL. */
export const postgresPolicyStore = (database: Database<Schema>): PolicyStore => ({
  revision: (scope, tenant) => database.within(scope, (tx) => headOf(tx, tenant)),
  lock: (scope, tenant) => database.within(scope, (tx) => lock(tx, tenant)),
  find: (scope, name, revision) => database.within(scope, (tx) => find(tx, name, revision)),
  count: (scope, tenant) => database.within(scope, (tx) => count(tx, tenant)),
  list: (scope, tenant, page) => database.within(scope, (tx) => list(tx, tenant, page)),
  changes: (scope, tenant, since) => database.within(scope, (tx) => changes(tx, tenant, since)),
  asOf: (scope, tenant, revision) => database.within(scope, (tx) => asOf(tx, tenant, revision)),
  put: (scope, content, by, now) => database.within(scope, (tx) => put(tx, content, by, now)),
  remove: (scope, name) => database.within(scope, (tx) => remove(tx, name)),
  advance: (scope, tenant) => database.within(scope, (tx) => nextRevision(tx, tenant)),
  conflicts: (scope, name, claims) => database.within(scope, (tx) => conflicts(tx, name, claims)),
  claim: (scope, name, claims) => database.within(scope, (tx) => claim(tx, name, claims)),
});

function keyOf(name: string): { tenant: string; id: string } {
  const [, tenant = '', , id = ''] = name.split('/');
  return { tenant, id };
}

async function headOf(tx: Tx, tenant: string): Promise<bigint> {
  const row = await tx.selectFrom('policy_heads').select('revision').where('tenant', '=', tenant).executeTakeFirst();
  return row?.revision ?? 0n;
}

async function lock(tx: Tx, tenant: string): Promise<bigint> {
  await tx
    .insertInto('policy_heads')
    .values({ tenant, revision: 0n })
    .onConflict((on) => on.doNothing())
    .execute();
  const row = tx.selectFrom('policy_heads').select('revision').where('tenant', '=', tenant).forUpdate();
  return (await row.executeTakeFirstOrThrow()).revision;
}

async function find(tx: Tx, name: string, revision: bigint | undefined): Promise<Policy | undefined> {
  const { tenant, id } = keyOf(name);
  const row = await tx
    .selectFrom('policies')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('id', '=', id)
    .where(revision === undefined ? current : at(revision))
    .executeTakeFirst();
  return row && policyOf(row);
}

async function count(tx: Tx, tenant: string): Promise<number> {
  const { found } = await tx
    .selectFrom('policies')
    .select((eb) => eb.fn.countAll<bigint>().as('found'))
    .where('tenant', '=', tenant)
    .where(current)
    .executeTakeFirstOrThrow();
  return Number(found);
}

async function list(tx: Tx, tenant: string, { principal, after, limit }: PolicyPage): Promise<Policy[]> {
  const rows = await tx
    .selectFrom('policies')
    .selectAll()
    .where('tenant', '=', tenant)
    .where(current)
    .where('id', '>', after)
    .$if(principal !== '', (query) => query.where(sql<boolean>`principals @> array[${principal}]`))
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(policyOf);
}

async function changes(tx: Tx, tenant: string, since: bigint): Promise<PolicyChanges> {
  const revision = await headOf(tx, tenant);
  // As of that revision, whatever is put between the two looks: a row that ends later still counts.
  const rows = await tx
    .selectFrom('policies')
    .selectAll()
    .where('tenant', '=', tenant)
    .where((eb) =>
      eb.or([
        eb.and([eb('revision', '>', since), eb('until_revision', 'is', null)]),
        eb.and([eb('revision', '>', since), eb('until_revision', '>', revision)]),
        ...(since === 0n ? [] : [eb.and([eb('revision', '<=', since), eb('until_revision', '>', since)])]),
      ]),
    )
    .where('revision', '<=', revision)
    .execute();
  const isNew = (row: Row): boolean => row.revision > since;
  const isGone = ({ until_revision }: Row): boolean => until_revision !== null && until_revision <= revision;
  return {
    revision,
    put: rows.filter(isNew).map(policyOf),
    gone: rows.filter((row) => !isNew(row) && isGone(row)).map(nameOf),
  };
}

async function asOf(tx: Tx, tenant: string, revision: bigint): Promise<Policy[]> {
  const rows = await tx.selectFrom('policies').selectAll().where('tenant', '=', tenant).where(at(revision)).execute();
  return rows.map(policyOf);
}

async function put(tx: Tx, content: PolicyContent, by: string, now: Date): Promise<Policy> {
  const { tenant, id } = keyOf(content.name);
  const revision = await nextRevision(tx, tenant);
  const ended = await end(tx, content.name, revision);
  const row = await tx
    .insertInto('policies')
    .values({
      tenant,
      id,
      revision,
      content: encodeContent(content),
      created_at: ended?.created_at ?? now,
      updated_at: now,
      updated_by: by,
      principals: principalsIn(content),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return policyOf(row);
}

async function remove(tx: Tx, name: string): Promise<bigint> {
  const revision = await nextRevision(tx, keyOf(name).tenant);
  await end(tx, name, revision);
  return revision;
}

function end(tx: Tx, name: string, revision: bigint): Promise<Row | undefined> {
  const { tenant, id } = keyOf(name);
  return tx
    .updateTable('policies')
    .set({ until_revision: revision })
    .where('tenant', '=', tenant)
    .where('id', '=', id)
    .where(current)
    .returningAll()
    .executeTakeFirst();
}

async function nextRevision(tx: Tx, tenant: string): Promise<bigint> {
  const { revision } = await tx
    .updateTable('policy_heads')
    .set((eb) => ({ revision: eb('revision', '+', 1n) }))
    .where('tenant', '=', tenant)
    .returning('revision')
    .executeTakeFirstOrThrow();
  return revision;
}

async function conflicts(tx: Tx, name: string, claims: readonly string[]): Promise<string[]> {
  if (claims.length === 0) return [];
  const { tenant, id } = keyOf(name);
  const rows = await tx
    .selectFrom('policy_claims')
    .select('claim')
    .where('tenant', '=', tenant)
    .where('policy', '<>', id)
    .where('claim', 'in', claims)
    .orderBy('claim')
    .execute();
  return rows.map((row) => row.claim);
}

async function claim(tx: Tx, name: string, claims: readonly string[]): Promise<void> {
  const { tenant, id } = keyOf(name);
  await tx.deleteFrom('policy_claims').where('tenant', '=', tenant).where('policy', '=', id).execute();
  if (claims.length === 0) return;
  const rows = claims.map((one) => ({ tenant, policy: id, claim: one }));
  await tx.insertInto('policy_claims').values(rows).execute();
}

const current = sql<boolean>`until_revision is null`;
const at = (revision: bigint) => sql<boolean>`revision <= ${revision} and coalesce(until_revision > ${revision}, true)`;

const nameOf = ({ tenant, id }: Pick<Row, 'tenant' | 'id'>): string => `tenants/${tenant}/policies/${id}`;

const policyOf = (row: Row): Policy => ({
  ...Policy.decode(row.content),
  revision: row.revision,
  etag: `r${row.revision}`,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  updatedBy: row.updated_by,
});
