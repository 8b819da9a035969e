import { testDatabase, type TestDatabase } from '@weir/testing';
import { databaseMigrations, type Schema } from '../store/schema.ts';
import { compareReplicas } from './testing/two-replicas.ts';

describe('the deciders of two replicas', () => {
  let test: TestDatabase<Schema>;
  beforeAll(async () => (test = await testDatabase<Schema>({ migrations: databaseMigrations })), 60_000);
  afterAll(() => test[Symbol.asyncDispose]());

  it('decide as a naive evaluator does, from one change of policies and principals to the next', async () => {
    const { disagreements, reasons } = await compareReplicas(test.database, { rounds: 60, questions: 100 });

    expect(disagreements).toEqual([]);
    expect([...reasons.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});
