import { platformScope, tenantScope } from '@weir/context';
import type { Database } from '@weir/database';
import { sql } from 'kysely';
import type { CryptoKeyName } from '../domain/crypto/crypto-key.ts';
import type { KeyMaterialStore, KeyQuestion, KeyState, SealedKey, SealedSecret } from './key-material-store.ts';
import type { Schema } from './schema.ts';

interface StateRow {
  readonly revision: bigint | null;
  readonly primary_version: number;
  readonly destroyed: boolean;
  readonly subject_key: bigint | null;
}

const CHUNK = 5_000;

/** The material of keys in PostgreSQL. */
export function postgresKeyMaterialStore(database: Database<Schema>): KeyMaterialStore {
  return {
    states: (questions) => states(database, questions),
    versions: (key) => versions(database, key),
    shares: (key, subjects) =>
      database.within(tenantScope(key.tenant), (tx) =>
        tx
          .selectFrom('crypto_subject_keys')
          .select(['id', 'subject', 'material'])
          .where('tenant', '=', key.tenant)
          .where('key', '=', key.id)
          .where(sql<boolean>`subject = any(${subjects}::bytea[])`)
          .execute(),
      ),
    addShares: (key, shares) => addShares(database, key, shares),
    salt: (tenant, made) => salt(database, tenant, made),
  };
}

/** It looks as the platform does, for keys of many tenants in one statement; each question names its own tenant. */
async function states(database: Database<Schema>, questions: readonly KeyQuestion[]): Promise<(KeyState | null)[]> {
  const rows = await database.once(
    platformScope(),
    sql<StateRow>`
      select k.revision, k.primary_version, k.destroyed_at is not null as destroyed, s.id as subject_key
      from unnest(
        ${questions.map(({ key }) => key.tenant)}::text[],
        ${questions.map(({ key }) => key.id)}::text[],
        ${questions.map(({ subject }) => subject)}::bytea[]
      ) with ordinality as q (tenant, key, subject, at)
      left join crypto_keys k on k.tenant = q.tenant and k.id = q.key
      left join crypto_subject_keys s on s.tenant = q.tenant and s.key = q.key and s.subject = q.subject
      order by q.at`,
  );
  return rows.map(stateIn);
}

const stateIn = ({ revision, primary_version, destroyed, subject_key }: StateRow): KeyState | null =>
  revision === null
    ? null
    : {
        revision,
        primaryVersion: primary_version,
        isDestroyed: destroyed,
        subjectKey: subject_key ?? undefined,
      };

const versions = (database: Database<Schema>, { tenant, id }: CryptoKeyName): Promise<SealedKey | undefined> =>
  database.within(tenantScope(tenant), async (tx) => {
    const rows = await tx
      .selectFrom('crypto_keys as k')
      .leftJoin('crypto_key_versions as v', (join) =>
        join.onRef('v.tenant', '=', 'k.tenant').onRef('v.key', '=', 'k.id').on('v.material', 'is not', null),
      )
      .select(['k.revision', 'v.version', 'v.material'])
      .where('k.tenant', '=', tenant)
      .where('k.id', '=', id)
      .execute();
    const [first] = rows;
    if (!first) return undefined;
    const kept = rows.flatMap(({ version, material }) => (version && material ? [{ version, material }] : []));
    return { revision: first.revision, versions: kept };
  });

async function addShares(
  database: Database<Schema>,
  { tenant, id }: CryptoKeyName,
  shares: readonly { readonly subject: Buffer; readonly secret: SealedSecret }[],
): Promise<void> {
  const rows = shares.map(({ subject, secret }) => ({
    tenant,
    key: id,
    subject,
    material: secret.material,
    master_key: secret.masterKey,
  }));
  // In one order everywhere, so that two calls never wait for each other.
  rows.sort((a, b) => Buffer.compare(a.subject, b.subject));
  for (let at = 0; at < rows.length; at += CHUNK) {
    await database.within(tenantScope(tenant), (tx) =>
      tx
        .insertInto('crypto_subject_keys')
        .values(rows.slice(at, at + CHUNK))
        .onConflict((on) => on.doNothing())
        .execute(),
    );
  }
}

const salt = (database: Database<Schema>, tenant: string, made: SealedSecret): Promise<Buffer> =>
  database.within(tenantScope(tenant), async (tx) => {
    const find = tx.selectFrom('crypto_subject_salts').select('salt').where('tenant', '=', tenant);
    const known = await find.executeTakeFirst();
    if (known) return known.salt;
    const row = { tenant, salt: made.material, master_key: made.masterKey };
    await tx
      .insertInto('crypto_subject_salts')
      .values(row)
      .onConflict((on) => on.doNothing())
      .execute();
    return (await find.executeTakeFirstOrThrow()).salt;
  });
