import type { Database } from '@weir/database';
import type { DatasetUses } from './dataset-uses.ts';
import type { Schema } from './schema.ts';

/** Who needs datasets, from the readers of their files. */
export function postgresDatasetUses(database: Database<Schema>): DatasetUses {
  return {
    usersOf: (scope, _dataset, content) =>
      database.within(scope, async (tx) => {
        const readers = await tx
          .selectFrom('content_readers')
          .select('reader')
          .where('content', '=', content)
          .where('reader', '<>', '')
          .execute();
        return [...new Set(readers.map(({ reader }) => reader))].sort();
      }),
  };
}
