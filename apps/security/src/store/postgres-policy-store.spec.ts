import { platformScope } from '@weir/context';
import { Policy } from '@weir/contracts/security';
import { testDatabase, type TestDatabase } from '@weir/testing';
import { sql } from 'kysely';
import { setTimeout as wait } from 'node:timers/promises';
import { postgresPolicyStore } from './postgres-policy-store.ts';
import type { PolicyStore } from './policy-store.ts';
import { databaseMigrations, type Schema } from './schema.ts';

const NAME = 'tenants/acme/policies/flip';
const scope = platformScope();

let test: TestDatabase<Schema>;
let store: PolicyStore;
beforeEach(async () => {
  test = await testDatabase<Schema>({ migrations: databaseMigrations });
  store = postgresPolicyStore(test.database);
});
afterEach(() => test[Symbol.asyncDispose]());

/** Changes the policies of acme and nobody sees half of it. */
const change = (work: (own: typeof scope) => Promise<unknown>): Promise<unknown> => {
  const own = platformScope();
  return test.database.transaction(own, async () => {
    await store.lock(own, 'acme');
    return work(own);
  });
};
const put = (own: typeof scope, displayName: string): Promise<Policy> =>
  store.put(own, Policy.fromPartial({ name: NAME, displayName }), 'someone', new Date());

/** The next look at policies begins, and is held up at their table until `work` has committed. */
async function whileLooking<T>(look: () => Promise<T>, work: (own: typeof scope) => Promise<unknown>): Promise<T> {
  let looking: Promise<T> | undefined;
  await change(async (own) => {
    await test.database.within(own, (tx) => sql`lock table policies in access exclusive mode`.execute(tx));
    looking = look();
    while (!(await isHeldUp())) await wait(5);
    await work(own);
  });
  if (!looking) throw new Error('it did not look');
  return looking;
}

async function isHeldUp(): Promise<boolean> {
  const rows = await test.database.once(
    platformScope(),
    sql`select from pg_locks where relation = 'policies'::regclass and not granted`,
  );
  return rows.length > 0;
}

describe('what has changed in the policies of a tenant', () => {
  it.each([
    ['from the beginning', 0n],
    ['since the one before', 1n],
  ])('is what was so at one revision although the next comes meanwhile, %s', async (_, since) => {
    await change((own) => put(own, 'first'));
    await change((own) => put(own, 'second'));

    const { revision, put: found } = await whileLooking(
      () => store.changes(platformScope(), 'acme', since),
      (own) => put(own, 'third'),
    );

    expect(revision).toBe(2n);
    expect(found.map(({ displayName }) => displayName)).toEqual(['second']);
  });

  it('leaves a policy alone that ends only with the next revision', async () => {
    await change((own) => put(own, 'first'));

    const changes = await whileLooking(
      () => store.changes(platformScope(), 'acme', 1n),
      (own) => store.remove(own, NAME),
    );

    expect(changes).toEqual({ revision: 1n, put: [], gone: [] });
    expect(await store.changes(platformScope(), 'acme', 1n)).toEqual({ revision: 2n, put: [], gone: [NAME] });
  });
});
