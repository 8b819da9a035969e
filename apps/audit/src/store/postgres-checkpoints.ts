import type { Transaction } from 'kysely';
import type { KeptCheckpoint } from './log-store.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;

/** The largest head that was signed. */
export const selectLastCheckpoint = (tx: Tx, tenant: string): Promise<KeptCheckpoint | undefined> =>
  tx
    .selectFrom('checkpoints')
    .select(['size', 'note'])
    .where('tenant', '=', tenant)
    .orderBy('size', 'desc')
    .limit(1)
    .executeTakeFirst();

/** The heads that were signed, by ascending size, from a size on. */
export const selectCheckpoints = (tx: Tx, tenant: string, from: bigint, limit: number): Promise<KeptCheckpoint[]> =>
  tx
    .selectFrom('checkpoints')
    .select(['size', 'note'])
    .where('tenant', '=', tenant)
    .where('size', '>=', from)
    .orderBy('size')
    .limit(limit)
    .execute();

/** Keeps a head. Ed25519 is deterministic: one that is there already is the same. */
export async function keepCheckpoint(tx: Tx, tenant: string, { size, note }: KeptCheckpoint): Promise<void> {
  await tx
    .insertInto('checkpoints')
    .values({ tenant, size, note })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
