import type { Database } from '@weir/database';
import { postgresAnswerStore } from './store/postgres-answer-store.ts';
import { postgresContentStore } from './store/postgres-content-store.ts';
import { postgresDataKeyStore } from './store/postgres-data-key-store.ts';
import { postgresDatasetStore } from './store/postgres-dataset-store.ts';
import { postgresDatasetUses } from './store/postgres-dataset-uses.ts';
import { postgresInstanceStore } from './store/postgres-instance-store.ts';
import { postgresJobItemStore } from './store/postgres-job-item-store.ts';
import { postgresJobStore } from './store/postgres-job-store.ts';
import { postgresRunFiguresStore } from './store/postgres-run-figures-store.ts';
import { postgresRunStore } from './store/postgres-run-store.ts';
import type { Schema } from './store/schema.ts';
import type { UnitOfWork } from './store/unit-of-work.ts';

/** Where one process of the agent keeps what it owns. */
export const postgresStores = (database: Database<Schema>, instance: string) => {
  const unitOfWork: UnitOfWork = (scope, work) => database.transaction(scope, work);
  return {
    answers: postgresAnswerStore(database),
    contents: postgresContentStore(database, instance),
    datasetKeys: postgresDataKeyStore(database),
    datasets: postgresDatasetStore(database),
    instances: postgresInstanceStore(database, instance),
    figures: postgresRunFiguresStore(database),
    items: postgresJobItemStore(database),
    jobs: postgresJobStore(database, instance),
    runs: postgresRunStore(database),
    uses: postgresDatasetUses(database),
    unitOfWork,
  };
};
