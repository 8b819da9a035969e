import { tenantScope } from '@weir/context';
import type { PiiType } from '@weir/contracts/security';
import type { Database } from '@weir/database';
import { sql, type Selectable, type Transaction } from 'kysely';
import { countMembers, membersOf, overlap } from '../domain/crypto/members.ts';
import type { NewCiphertexts } from './ciphertext-store.ts';
import { countIn } from './postgres-ciphertext-store.ts';
import type { PseudonymStore, SealedPseudonymKey, TokenName, TokenRecord } from './pseudonym-store.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;

const CHUNK = 2_000;

/** Pseudonyms in PostgreSQL. */
export const postgresPseudonymStore = (database: Database<Schema>): PseudonymStore => ({
  key: (scope, tenant, made) => database.within(scope, (tx) => keyOf(tx, tenant, made)),
  known: (scope, tenant, tokens) =>
    database.within(scope, (tx) =>
      tx
        .selectFrom('pii_tokens')
        .select(['token', 'key', 'subject'])
        .where('tenant', '=', tenant)
        .where(sql<boolean>`token = any(${tokens}::text[])`)
        .execute(),
    ),
  keep: (counted, tokens) => keep(database, counted, tokens),
  find: (scope, tenant, token) =>
    database.within(scope, async (tx) => {
      const own = tx.selectFrom('pii_tokens').selectAll().where('tenant', '=', tenant).where('token', '=', token);
      return (await own.orderBy('created_at').execute()).map(recordOf);
    }),
});

async function keyOf(tx: Tx, tenant: string, { material, masterKey }: SealedPseudonymKey): Promise<SealedPseudonymKey> {
  await tx
    .insertInto('pii_pseudonym_keys')
    .values({ tenant, material, master_key: masterKey })
    .onConflict((on) => on.doNothing())
    .execute();
  const row = await tx
    .selectFrom('pii_pseudonym_keys')
    .selectAll()
    .where('tenant', '=', tenant)
    .executeTakeFirstOrThrow();
  return { material: row.material, masterKey: row.master_key };
}

/** Why a transaction is undone: its tokens would not be counted. */
class NotCounted extends Error {}

async function keep(
  database: Database<Schema>,
  counted: NewCiphertexts,
  tokens: readonly TokenRecord[],
): Promise<boolean> {
  try {
    await database.within(tenantScope(counted.key.tenant), async (tx) => {
      const kept = keptOf(counted, await insert(tx, counted.key.tenant, tokens));
      if (kept.parts.length > 0 && !(await countIn(tx, kept))) throw new NotCounted();
    });
    return true;
  } catch (error) {
    if (error instanceof NotCounted) return false;
    throw error;
  }
}

/** The places of those that are new. */
async function insert(tx: Tx, tenant: string, tokens: readonly TokenRecord[]): Promise<number[]> {
  const places = new Map(tokens.map((token, at) => [nameOf(token), at]));
  // In one order everywhere, so that two calls never wait for each other.
  const rows = [...tokens].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)).map((token) => rowOf(tenant, token));
  const kept: TokenName[] = [];
  for (let from = 0; from < rows.length; from += CHUNK) {
    const inserted = await tx
      .insertInto('pii_tokens')
      .values(rows.slice(from, from + CHUNK))
      .onConflict((on) => on.doNothing())
      .returning(['token', 'key', 'subject'])
      .execute();
    kept.push(...inserted);
  }
  return kept.flatMap((one) => places.get(nameOf(one)) ?? []);
}

/** What counts of a call when only these of its places were kept: another call kept the others at the same moment. */
function keptOf(counted: NewCiphertexts, places: readonly number[]): NewCiphertexts {
  const kept = membersOf(places);
  const parts = counted.parts.map((part) => ({ ...part, members: overlap(part.members, kept) }));
  return { ...counted, parts: parts.filter(({ members }) => countMembers(members) > 0) };
}

const nameOf = ({ token, key, subject }: TokenName): string => `${token} ${key} ${subject.toString('hex')}`;

const rowOf = (tenant: string, { token, key, subject, subjectName, type, ciphertext }: TokenRecord) => ({
  tenant,
  token,
  key,
  subject,
  subject_name: subjectName,
  type,
  ciphertext,
});

const recordOf = ({ subject_name, created_at, type, key_version: _, ...row }: Selectable<Schema['pii_tokens']>) => ({
  ...row,
  type: type as PiiType,
  subjectName: subject_name,
  createdAt: created_at,
});
