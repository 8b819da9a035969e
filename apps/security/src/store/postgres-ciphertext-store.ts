import { platformScope, tenantScope } from '@weir/context';
import type { Database } from '@weir/database';
import { sql, type Transaction } from 'kysely';
import type { CryptoKeyName } from '../domain/crypto/crypto-key.ts';
import { countMembers } from '../domain/crypto/members.ts';
import type { CiphertextStore, ErasedSubject, NewCiphertexts } from './ciphertext-store.ts';
import { changeCounts } from './postgres-count-change.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;

/** Which ciphertexts need which version, in PostgreSQL. */
export const postgresCiphertextStore = (database: Database<Schema>): CiphertextStore => ({
  count: (calls) => countByTenant(database, calls),
  change: (key, change) => database.within(tenantScope(key.tenant), (tx) => changeCounts(tx, key, change)),
  touch: (key, version) => database.within(tenantScope(key.tenant), (tx) => touch(tx, key, version)),
  eraseSubject: (scope, tenant, subject, validateOnly) =>
    database.within(scope, (tx) => (validateOnly ? subjectCounts(tx, tenant, subject) : erase(tx, tenant, subject))),
  purge: (limit) =>
    database.within(platformScope(), async (tx) => {
      await sql`
        delete from crypto_ciphertexts where ctid in (
          select c.ctid from crypto_ciphertexts c
          join crypto_keys k on k.tenant = c.tenant and k.id = c.key
          where k.destroyed_at is not null limit ${limit}
        )`.execute(tx);
    }),
});

/** The calls of one tenant share a transaction; no tenant waits for another, or fails with it. */
async function countByTenant(database: Database<Schema>, calls: readonly NewCiphertexts[]): Promise<boolean[]> {
  const counts = new Map<NewCiphertexts, boolean>();
  const tenants = Map.groupBy(calls, ({ key }) => key.tenant);
  await Promise.all(
    [...tenants].map(async ([tenant, own]) => {
      const counted = await database.within(tenantScope(tenant), (tx) => count(tx, tenant, own));
      for (const call of own) counts.set(call, counted.has(call));
    }),
  );
  return calls.map((call) => counts.get(call) ?? false);
}

async function count(tx: Tx, tenant: string, calls: readonly NewCiphertexts[]): Promise<ReadonlySet<NewCiphertexts>> {
  const present = await subjectKeys(tx, calls);
  const known = calls.filter(({ parts }) => parts.every((part) => !part.subjectKey || present.has(part.subjectKey)));
  const byVersion = Map.groupBy(known, ({ key, version }) => `${key.id} ${String(version).padStart(5, '0')}`);
  const counted = new Set<NewCiphertexts>();
  // In one order everywhere, so that two transactions never wait for each other.
  for (const [, own] of [...byVersion].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (await countVersion(tx, own)) own.forEach((call) => counted.add(call));
  }
  await insert(tx, tenant, [...counted]);
  return counted;
}

/** Those that are still there, and stay until the transaction ends. */
async function subjectKeys(tx: Tx, calls: readonly NewCiphertexts[]): Promise<ReadonlySet<bigint>> {
  const ids = calls.flatMap(({ parts }) => parts.flatMap(({ subjectKey }) => subjectKey ?? []));
  if (ids.length === 0) return new Set();
  const rows = await tx
    .selectFrom('crypto_subject_keys')
    .select('id')
    .where(sql<boolean>`id = any(${ids}::bigint[])`)
    .orderBy('id')
    .forKeyShare()
    .execute();
  return new Set(rows.map(({ id }) => id));
}

async function countVersion(tx: Tx, calls: readonly NewCiphertexts[]): Promise<boolean> {
  const [first] = calls;
  if (!first) return false;
  const added = calls.flatMap(({ parts }) => parts).reduce((sum, { members }) => sum + countMembers(members), 0);
  const { numUpdatedRows } = await tx
    .updateTable('crypto_key_versions')
    .set((eb) => ({ counted: eb('counted', '+', BigInt(added)), last_used_at: thisHour }))
    .where('tenant', '=', first.key.tenant)
    .where('key', '=', first.key.id)
    .where('version', '=', first.version)
    .where('material', 'is not', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

async function insert(tx: Tx, tenant: string, calls: readonly NewCiphertexts[]): Promise<void> {
  const rows = calls.flatMap(({ key, version, parts }) => parts.map((part) => ({ key: key.id, version, ...part })));
  if (rows.length === 0) return;
  await sql`
    insert into crypto_ciphertexts (tenant, key, version, call, subject, members, remaining)
    select ${tenant}, * from unnest(
      ${rows.map(({ key }) => key)}::text[],
      ${rows.map(({ version }) => version)}::integer[],
      ${rows.map(({ group }) => group)}::bytea[],
      ${rows.map(({ subject }) => subject)}::bytea[],
      ${rows.map(({ members }) => members)}::bytea[],
      ${rows.map(({ members }) => countMembers(members))}::integer[]
    )`.execute(tx);
}

const thisHour = sql<Date>`date_trunc('hour', now())`;

async function touch(tx: Tx, { tenant, id }: CryptoKeyName, version: number): Promise<void> {
  await tx
    .updateTable('crypto_key_versions')
    .set({ last_used_at: thisHour })
    .where('tenant', '=', tenant)
    .where('key', '=', id)
    .where('version', '=', version)
    .where(sql<boolean>`last_used_at is distinct from ${thisHour}`)
    .execute();
}

async function subjectCounts(tx: Tx, tenant: string, subject: Buffer): Promise<ErasedSubject> {
  const { rows } = await sql<{ keys: bigint; ciphertexts: bigint }>`
    select
      (select count(*) from crypto_subject_keys where tenant = ${tenant} and subject = ${subject}) as keys,
      (select coalesce(sum(remaining), 0)::bigint from crypto_ciphertexts
        where tenant = ${tenant} and subject = ${subject}) as ciphertexts`.execute(tx);
  return { keys: Number(rows[0]?.keys ?? 0n), ciphertexts: rows[0]?.ciphertexts ?? 0n };
}

/** Shares, versions, ciphertexts: the order in which others lock them too. */
async function erase(tx: Tx, tenant: string, subject: Buffer): Promise<ErasedSubject> {
  const shares = await tx
    .deleteFrom('crypto_subject_keys')
    .where('tenant', '=', tenant)
    .where('subject', '=', subject)
    .returning('key')
    .execute();
  const keys = shares.map(({ key }) => key);
  await sql`
    select 1 from crypto_key_versions where tenant = ${tenant} and key = any(${keys}::text[])
    order by key, version for update`.execute(tx);
  const { rows } = await sql<{ ciphertexts: bigint }>`
    with gone as (
      delete from crypto_ciphertexts where tenant = ${tenant} and subject = ${subject}
      returning key, version, remaining
    ), sums as (
      select key, version, sum(remaining)::bigint as erased from gone group by key, version
    ), counted as (
      update crypto_key_versions v set erased = v.erased + s.erased
      from sums s where v.tenant = ${tenant} and v.key = s.key and v.version = s.version
    )
    select coalesce(sum(erased), 0)::bigint as ciphertexts from sums`.execute(tx);
  return { keys: keys.length, ciphertexts: rows[0]?.ciphertexts ?? 0n };
}
