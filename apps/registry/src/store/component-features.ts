import { sql, type Transaction } from 'kysely';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;

// Beyond this a component says no more about itself: an index entry must stay small.
const MOST = { features: 256, words: 4_000 } as const;

/** Adds to what the versions of a component have. Most versions bring nothing new, and then nothing is written. */
export async function addFeatures(
  tx: Tx,
  component: string,
  features: readonly number[],
  words: readonly string[],
): Promise<void> {
  await sql`
    update components c set
      features = case when cardinality(n.features) <= ${MOST.features}::int then n.features end,
      words = case when length(n.words) <= ${MOST.words}::int then n.words end
    from (
      select
        array(select distinct feature from unnest(features || ${features}::int[]) feature order by feature) as features,
        words || array_to_tsvector(${words}::text[]) as words
      from components where component = ${component}
    ) n
    where c.component = ${component}
      and ((c.features is not null and c.features <> n.features) or (c.words is not null and c.words <> n.words))`.execute(
    tx,
  );
}
