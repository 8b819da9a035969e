import type { PiiType } from '@weir/contracts/security';
import type { Database } from '@weir/database';
import { sql, type Selectable, type Transaction } from 'kysely';
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
  keep: (scope, tenant, tokens) => database.within(scope, (tx) => keep(tx, tenant, tokens)),
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

async function keep(tx: Tx, tenant: string, tokens: readonly TokenRecord[]): Promise<TokenName[]> {
  const kept: TokenName[] = [];
  for (let from = 0; from < tokens.length; from += CHUNK) {
    const rows = await tx
      .insertInto('pii_tokens')
      .values(tokens.slice(from, from + CHUNK).map((token) => rowOf(tenant, token)))
      .onConflict((on) => on.doNothing())
      .returning(['token', 'key', 'subject'])
      .execute();
    kept.push(...rows);
  }
  return kept;
}

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
