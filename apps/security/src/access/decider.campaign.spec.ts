import { testDatabase, type TestDatabase } from '@weir/testing';
import { databaseMigrations, type Schema } from '../store/schema.ts';
import { compareReplicas } from './testing/two-replicas.ts';

const ROUNDS = 1_000;
const QUESTIONS = 200;

describe('the deciders of two replicas, with their caches, over a database that changes', () => {
  let test: TestDatabase<Schema>;
  beforeAll(async () => (test = await testDatabase<Schema>({ migrations: databaseMigrations })), 60_000);
  afterAll(() => test[Symbol.asyncDispose]());

  it(`decide ${ROUNDS * QUESTIONS} random questions as a naive evaluator does, obligations included`, async () => {
    const { cases, disagreements, reasons, obliged } = await compareReplicas(test.database, {
      rounds: ROUNDS,
      questions: QUESTIONS,
    });

    expect(disagreements).toEqual([]);
    expect(cases).toBeGreaterThanOrEqual(200_000);
    // The cases would prove little if some outcome hardly ever came up.
    for (const reason of [1, 2, 3, 4, 5, 6, 7, 8]) expect(reasons.get(reason)).toBeGreaterThan(500);
    expect(obliged).toBeGreaterThan(5_000);
  });
});
