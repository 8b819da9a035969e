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
  count: (tenant, calls) => count(database, tenant, calls),
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

async function count(database: Database<Schema>, tenant: string, calls: readonly NewCiphertexts[]): Promise<boolean[]> {
  const good = await database.once(tenantScope(tenant), countStatement(tenant, calls));
  const places = new Set(good.map(({ call }) => call));
  return calls.map((_, index) => places.has(index + 1));
}

/** Counts one call in a transaction that keeps what it answers. */
export async function countIn(tx: Tx, call: NewCiphertexts): Promise<boolean> {
  const { rows } = await countStatement(call.key.tenant, [call]).execute(tx);
  return rows.length === 1;
}

/** The function whose migration says what it checks. */
function countStatement(tenant: string, calls: readonly NewCiphertexts[]) {
  const parts = calls.flatMap((call, index) => call.parts.map((part) => ({ ...part, call: index + 1 })));
  return sql<{ readonly call: number }>`
    select count_ciphertexts as call from count_ciphertexts(
      ${tenant}, ${calls.map(({ key }) => key.id)}::text[], ${calls.map(({ version }) => version)}::integer[],
      ${calls.map(({ revision }) => revision)}::bigint[], ${calls.map(({ event }) => event)}::bytea[],
      ${parts.map(({ call }) => call)}::integer[], ${parts.map(({ group }) => group)}::bytea[],
      ${parts.map(({ subject }) => subject)}::bytea[], ${parts.map(({ subjectKey }) => subjectKey)}::bigint[],
      ${parts.map(({ members }) => members)}::bytea[], ${parts.map(({ members }) => countMembers(members))}::integer[])`;
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
