import type { Database } from '@weir/database';
import { JobState } from '@weir/contracts/agent';
import { sql } from 'kysely';
import { jobName } from '../domain/job.ts';
import type { DatasetUses } from './dataset-uses.ts';
import type { Schema } from './schema.ts';

const OPEN = [JobState.QUEUED, JobState.RUNNING, JobState.CANCELLING];

/** Who needs datasets: the readers of their files, and jobs that have not ended. */
export function postgresDatasetUses(database: Database<Schema>): DatasetUses {
  return {
    usersOf: (scope, dataset, content) =>
      database.within(scope, async (tx) => {
        const readers = await tx
          .selectFrom('content_readers')
          .select('reader')
          .where('content', '=', content)
          .where('reader', '<>', '')
          .execute();
        const jobs = await tx
          .selectFrom('jobs')
          .select(['tenant', 'id'])
          .where('state', 'in', OPEN)
          .where('hidden', '=', false)
          .where(sql<boolean>`datasets @> array[${dataset}]`)
          .execute();
        const names = [...readers.map(({ reader }) => reader), ...jobs.map(({ tenant, id }) => jobName(tenant, id))];
        return [...new Set(names)].sort();
      }),
  };
}
