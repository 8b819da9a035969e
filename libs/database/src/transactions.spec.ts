import { platformScope, tenantScope, type Scope } from '@weir/context';
import { isReason } from '@weir/errors';
import { sql } from 'kysely';
import { notesMigrations, type NotesSchema } from './testing/notes.ts';
import { isUniqueViolation } from './failures.ts';
import { testDatabase, type TestDatabase } from './testing/index.ts';

let test: TestDatabase<NotesSchema>;
beforeAll(async () => {
  test = await testDatabase<NotesSchema>({ migrations: notesMigrations });
});
afterAll(() => test[Symbol.asyncDispose]());

const add = (scope: Scope, tenant: string, body: string): Promise<unknown> =>
  test.database.within(scope, (tx) => tx.insertInto('notes').values({ tenant, body }).execute());

const bodies = (scope: Scope): Promise<string[]> =>
  test.database.within(scope, async (tx) => {
    // Broken on purpose: it forgets whose rows it wants.
    const rows = await tx.selectFrom('notes').select('body').orderBy('body').execute();
    return rows.map(({ body }) => body);
  });

beforeEach(async () => {
  await test.database.within(platformScope(), (tx) => tx.deleteFrom('notes').execute());
  await add(platformScope(), 'acme', 'a');
  await add(platformScope(), 'globex', 'g');
});

describe('a scope', () => {
  it('of a tenant sees the rows of no other tenant, even through a query without a filter', async () => {
    expect(await bodies(tenantScope('acme'))).toEqual(['a']);
    expect(await bodies(tenantScope('initech'))).toEqual([]);
  });

  it('of the platform sees every row', async () => {
    expect(await bodies(platformScope())).toEqual(['a', 'g']);
  });

  it('of a tenant cannot write a row of another', async () => {
    await expect(add(tenantScope('acme'), 'globex', 'planted')).rejects.toThrow(/row-level security/);
    await expect(
      test.database.within(tenantScope('acme'), (tx) => tx.updateTable('notes').set({ tenant: 'globex' }).execute()),
    ).rejects.toThrow(/row-level security/);
  });

  it('of a tenant cannot change or delete a row of another', async () => {
    await test.database.within(tenantScope('acme'), async (tx) => {
      await tx
        .updateTable('notes')
        .set({ body: sql`'mine: ' || body` })
        .execute();
      await tx.deleteFrom('notes').where('tenant', '=', 'globex').execute();
    });
    expect(await bodies(platformScope())).toEqual(['g', 'mine: a']);
  });

  it('does not outlive its transaction on the connection', async () => {
    await bodies(platformScope());
    const left = await test.database.within(tenantScope('acme'), (tx) =>
      sql<{ tenant: string }>`select current_setting('weir.tenant', true) as tenant`.execute(tx),
    );
    expect(left.rows).toEqual([{ tenant: 'acme' }]);
  });

  it.each(['*', '', "a'; drop table notes", 'a\0b'])(
    'named %j is refused before it reaches the database',
    async (id) => {
      await expect(bodies(tenantScope(id))).rejects.toThrow(/not a tenant id/);
    },
  );
});

describe('a transaction', () => {
  it('is joined by work with the same scope, and leaves nothing when it fails', async () => {
    const scope = tenantScope('acme');
    const failing = test.database.transaction(scope, async () => {
      await add(scope, 'acme', 'b');
      expect(await bodies(scope)).toEqual(['a', 'b']);
      expect(await bodies(tenantScope('acme'))).toEqual(['a']);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await bodies(scope)).toEqual(['a']);
  });

  it('is joined from inside a transaction of another scope', async () => {
    const scope = tenantScope('acme');
    await test.database.transaction(scope, async () => {
      await add(scope, 'acme', 'b');
      await test.database.transaction(platformScope(), async () => {
        expect(await bodies(scope)).toEqual(['a', 'b']);
      });
    });
  });

  it('is not joined by work that runs beside it, though the scope is the same', async () => {
    const scope = tenantScope('acme');
    const inside = Promise.withResolvers<boolean>();
    const done = Promise.withResolvers<boolean>();
    const open = test.database.transaction(scope, async () => {
      await add(scope, 'acme', 'b');
      inside.resolve(true);
      await done.promise;
    });
    await inside.promise;
    expect(await bodies(scope)).toEqual(['a']);
    done.resolve(true);
    await open;
    expect(await bodies(scope)).toEqual(['a', 'b']);
  });

  it('does not commit half when a failed statement was swallowed', async () => {
    const scope = tenantScope('acme');
    const swallowing = test.database.transaction(scope, async () => {
      await add(scope, 'acme', 'b');
      await add(scope, 'acme', 'a').catch(() => {});
    });
    await expect(swallowing).rejects.toThrow();
    expect(await bodies(scope)).toEqual(['a']);
  });

  it('lets its caller see what the statement did wrong', async () => {
    const scope = tenantScope('acme');
    const error: unknown = await add(scope, 'acme', 'a').catch((caught: unknown) => caught);
    expect(isUniqueViolation(error, 'notes_body_key')).toBe(true);
  });

  it('runs again after a serialization failure', async () => {
    let runs = 0;
    const bothHaveRead = Promise.withResolvers<boolean>();
    const count = (): Promise<void> =>
      test.database.within(
        platformScope(),
        async (tx) => {
          const { count } = await tx
            .selectFrom('notes')
            .select(tx.fn.countAll<bigint>().as('count'))
            .executeTakeFirstOrThrow();
          runs += 1;
          if (runs === 2) bothHaveRead.resolve(true);
          await bothHaveRead.promise;
          await tx
            .insertInto('notes')
            .values({ tenant: 'acme', body: `${count} notes` })
            .execute();
        },
        { isolation: 'serializable' },
      );
    await Promise.all([count(), count()]);
    expect(runs).toBe(3);
    expect(await bodies(tenantScope('acme'))).toEqual(['2 notes', '3 notes', 'a']);
  });

  it('gives up on conflicts after three repetitions and says when to retry', async () => {
    let runs = 0;
    const conflicting = test.database.within(platformScope(), () => {
      runs += 1;
      return Promise.reject(Object.assign(new Error('could not serialize access'), { code: '40001' }));
    });
    const error: unknown = await conflicting.catch((caught: unknown) => caught);
    expect(isReason(error, 'DATABASE_UNAVAILABLE')).toBe(true);
    expect(runs).toBe(4);
  });
});
