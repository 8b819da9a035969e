import { sql, type Transaction } from 'kysely';
import type { CryptoKeyName } from '../domain/crypto/crypto-key.ts';
import { countMembers, overlap, union, without, type Members } from '../domain/crypto/members.ts';
import type { CountChange, Counted, Gone } from './ciphertext-store.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;

interface Row {
  readonly call: Buffer;
  readonly version: number;
  readonly subject: Buffer;
  members: Members;
}

/** How the balance of a version changes. */
interface Balance {
  counted: number;
  rewrapped: number;
  discarded: number;
}

/** Moves ciphertexts between versions, and out of them, with the balance of each version. */
export async function changeCounts(tx: Tx, key: CryptoKeyName, change: CountChange): Promise<boolean> {
  if (!(await lockVersions(tx, key)).has(change.version)) return false;
  await prepareRows(tx, key, change);
  const rows = await lockRows(tx, key, change);

  const changed = new Set<Row>();
  const balances = new Map<number, Balance>();
  for (const row of rows) {
    const balance = balances.get(row.version) ?? { counted: 0, rewrapped: 0, discarded: 0 };
    balances.set(row.version, balance);
    if (applyChange(row, change, balance)) changed.add(row);
  }

  await storeRows(tx, key, [...changed]);
  for (const [version, balance] of balances) await storeBalance(tx, key, version, balance);
  return true;
}

function applyChange(row: Row, change: CountChange, balance: Balance): boolean {
  const before = countMembers(row.members);
  const isTarget = row.version === change.version;
  if (isTarget) {
    for (const part of lookUp(change.rewrapped, row)) {
      if (part.subject.equals(row.subject)) row.members = union(row.members, part.members);
    }
    balance.counted += countMembers(row.members) - before;
  } else {
    for (const { members } of lookUp(change.confirmed, row)) balance.rewrapped += remove(row, members);
  }
  const added = countMembers(row.members) !== before;
  let discarded = 0;
  for (const { members } of lookUp(change.discarded, row)) discarded += remove(row, members);
  balance.discarded += discarded;
  return added || discarded > 0 || row.members.length === 0;
}

function remove(row: Row, gone: Members): number {
  const removed = countMembers(overlap(row.members, gone));
  if (removed > 0) row.members = without(row.members, gone);
  return removed;
}

const indices = new WeakMap<readonly Gone[], ReadonlyMap<string, readonly Gone[]>>();

/** Those of the row's call. */
function lookUp<T extends Gone>(parts: readonly T[], { call }: Row): readonly T[] {
  const index = indices.get(parts) ?? Map.groupBy(parts, ({ group }) => group.toString('hex'));
  indices.set(parts, index);
  return (index.get(call.toString('hex')) ?? []) as readonly T[];
}

/** The versions that have their material; nobody counts or retires one before the transaction ends. */
async function lockVersions(tx: Tx, { tenant, id }: CryptoKeyName): Promise<ReadonlySet<number>> {
  const rows = await tx
    .selectFrom('crypto_key_versions')
    .select(['version', 'erased_at'])
    .where('tenant', '=', tenant)
    .where('key', '=', id)
    .orderBy('version')
    .forUpdate()
    .execute();
  return new Set(rows.filter(({ erased_at }) => erased_at === null).map(({ version }) => version));
}

/** Makes the rows of what is new under the version, still empty. */
async function prepareRows(tx: Tx, { tenant, id }: CryptoKeyName, { version, rewrapped }: CountChange): Promise<void> {
  if (rewrapped.length === 0) return;
  await sql`
    insert into crypto_ciphertexts (tenant, key, version, call, subject, members, remaining)
    select ${tenant}, ${id}, ${version}::integer, *, '', 0
    from unnest(${rewrapped.map(({ group }) => group)}::bytea[], ${rewrapped.map(({ subject }) => subject)}::bytea[])
    on conflict do nothing`.execute(tx);
}

async function lockRows(tx: Tx, { tenant, id }: CryptoKeyName, change: CountChange): Promise<Row[]> {
  const parts: readonly (Counted | Gone)[] = [...change.rewrapped, ...change.confirmed, ...change.discarded];
  return tx
    .selectFrom('crypto_ciphertexts')
    .select(['call', 'version', 'subject', 'members'])
    .where('tenant', '=', tenant)
    .where('key', '=', id)
    .where(sql<boolean>`call = any(${parts.map(({ group }) => group)}::bytea[])`)
    .orderBy('call')
    .forUpdate()
    .execute();
}

async function storeRows(tx: Tx, { tenant, id }: CryptoKeyName, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    update crypto_ciphertexts c set members = n.members, remaining = n.remaining
    from unnest(
      ${rows.map(({ version }) => version)}::integer[],
      ${rows.map(({ call }) => call)}::bytea[],
      ${rows.map(({ subject }) => subject)}::bytea[],
      ${rows.map(({ members }) => members)}::bytea[],
      ${rows.map(({ members }) => countMembers(members))}::integer[]
    ) as n (version, call, subject, members, remaining)
    where c.tenant = ${tenant} and c.key = ${id}
      and c.version = n.version and c.call = n.call and c.subject = n.subject`.execute(tx);
  const empty = rows.filter(({ members }) => countMembers(members) === 0);
  if (empty.length === 0) return;
  await sql`
    delete from crypto_ciphertexts
    where tenant = ${tenant} and key = ${id} and call = any(${empty.map(({ call }) => call)}::bytea[])
      and remaining = 0`.execute(tx);
}

async function storeBalance(tx: Tx, { tenant, id }: CryptoKeyName, version: number, change: Balance): Promise<void> {
  const { counted, rewrapped, discarded } = change;
  if (counted + rewrapped + discarded === 0) return;
  await tx
    .updateTable('crypto_key_versions')
    .set((eb) => ({
      counted: eb('counted', '+', BigInt(counted)),
      rewrapped: eb('rewrapped', '+', BigInt(rewrapped)),
      discarded: eb('discarded', '+', BigInt(discarded)),
    }))
    .where('tenant', '=', tenant)
    .where('key', '=', id)
    .where('version', '=', version)
    .execute();
}
