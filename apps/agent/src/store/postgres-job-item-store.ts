import { BatchItemResult, JobState } from '@weir/contracts/agent';
import type { Database } from '@weir/database';
import type { Transaction } from 'kysely';
import type { JobClaim } from '../domain/job.ts';
import type { ItemPage, JobItemStore } from './job-item-store.ts';
import { isJob, jobKeyOf } from './job-row.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;

/** Items in PostgreSQL. */
export function postgresJobItemStore(database: Database<Schema>): JobItemStore {
  return {
    page: (scope, job, after, limit, maxBytes) => database.within(scope, (tx) => page(tx, job, after, limit, maxBytes)),
    keep: (scope, claim, item) => database.within(scope, (tx) => keep(tx, claim, item)),
  };
}

async function page(tx: Tx, job: string, after: bigint, limit: number, maxBytes: number): Promise<ItemPage> {
  const { tenant, id } = jobKeyOf(job);
  const rows = await tx
    .selectFrom('job_items')
    .select(['revision', 'result'])
    .where('tenant', '=', tenant)
    .where('job', '=', id)
    .where('revision', '>', after)
    .orderBy('revision')
    .limit(limit + 1)
    .execute();
  const taken: typeof rows = [];
  let bytes = 0;
  for (const row of rows.slice(0, limit)) {
    bytes += row.result.length;
    // One item always goes, or nobody would ever get past it.
    if (taken.length > 0 && bytes > maxBytes) break;
    taken.push(row);
  }
  return {
    items: taken.map(({ revision, result }) => ({ revision, item: BatchItemResult.decode(result) })),
    isLast: taken.length === rows.length,
  };
}

async function keep(tx: Tx, { name, number }: JobClaim, item: BatchItemResult): Promise<boolean> {
  const { tenant, id } = jobKeyOf(name);
  // The row of the job is locked from here on, so revisions of items rise as their transactions commit.
  const job = await tx
    .updateTable('jobs')
    .set((eb) => ({ revision: eb('revision', '+', 1n) }))
    .where(isJob(name))
    .where('claim', '=', number)
    .where('state', 'in', [JobState.RUNNING, JobState.CANCELLING])
    .returning('revision')
    .executeTakeFirst();
  if (!job) return false;
  const result = Buffer.from(BatchItemResult.encode(item).finish());
  await tx
    .insertInto('job_items')
    .values({ tenant, job: id, item_index: item.itemIndex, revision: job.revision, result })
    .onConflict((on) => on.doNothing())
    .execute();
  return true;
}
