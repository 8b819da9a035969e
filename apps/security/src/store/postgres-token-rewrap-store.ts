import { insertEvents } from '@weir/audit-outbox';
import { platformScope, tenantScope } from '@weir/context';
import type { Database } from '@weir/database';
import { sql, type Transaction } from 'kysely';
import { cryptoKeyName, type CryptoKeyName } from '../domain/crypto/crypto-key.ts';
import { changeCounts } from './postgres-count-change.ts';
import type { Schema } from './schema.ts';
import type { KeptToken, TokenChange, TokenPlace, TokenRewrapStore } from './token-rewrap-store.ts';

type Tx = Transaction<Schema>;

const PAGE = 1_000;

/** Tokens to rewrap in PostgreSQL. */
export const postgresTokenRewrapStore = (database: Database<Schema>): TokenRewrapStore => ({
  due: () =>
    database.once(
      platformScope(),
      sql<CryptoKeyName & { readonly primaryVersion: number }>`
        select k.tenant, k.id, k.primary_version as "primaryVersion" from crypto_keys k
        where k.destroyed_at is null and exists (
          select 1 from pii_tokens t
          where t.tenant = k.tenant and t.key = k.id and t.key_version <> k.primary_version)
        order by k.tenant, k.id`,
    ),
  rewrap: (key, version, after, change) =>
    database.within(tenantScope(key.tenant), async (tx) => {
      const tokens = await next(tx, key, version, after);
      const last = tokens.at(-1);
      if (last) await store(tx, key, tokens, await change(tokens));
      return last;
    }),
});

/** Tokens before versions before ciphertexts: the order in which erasing locks them too. */
async function next(
  tx: Tx,
  { tenant, id }: CryptoKeyName,
  version: number,
  after: TokenPlace | undefined,
): Promise<readonly KeptToken[]> {
  const { rows } = await sql<KeptToken>`
    select token, subject, ciphertext from pii_tokens
    where tenant = ${tenant} and key = ${id} and key_version <> ${version}
      and (token, subject) > (${after?.token ?? ''}, ${after?.subject ?? Buffer.alloc(0)}::bytea)
    order by token, subject limit ${PAGE} for update skip locked`.execute(tx);
  return rows;
}

async function store(tx: Tx, key: CryptoKeyName, tokens: readonly KeptToken[], change: TokenChange): Promise<void> {
  if (!(await changeCounts(tx, key, change.counts))) {
    throw new Error(
      `${cryptoKeyName(key)}/${change.counts.version} is retired: the next run takes the version after it`,
    );
  }
  const changed = tokens.flatMap((token, at) => {
    const ciphertext = change.ciphertexts[at];
    return ciphertext ? [{ ...token, ciphertext }] : [];
  });
  await sql`
    update pii_tokens t set ciphertext = n.ciphertext
    from unnest(
      ${changed.map(({ token }) => token)}::text[],
      ${changed.map(({ subject }) => subject)}::bytea[],
      ${changed.map(({ ciphertext }) => ciphertext)}::bytea[]
    ) as n (token, subject, ciphertext)
    where t.tenant = ${key.tenant} and t.key = ${key.id} and t.token = n.token and t.subject = n.subject`.execute(tx);
  await insertEvents(tx, [change.event]);
}
