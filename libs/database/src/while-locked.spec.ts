import { platformScope, tenantScope } from '@weir/context';
import { sql } from 'kysely';
import type { Database } from './database.ts';
import { notesMigrations, type NotesSchema } from './testing/notes.ts';
import { testDatabase, type TestDatabase } from './testing/index.ts';

let test: TestDatabase<NotesSchema>;
let database: Database<NotesSchema>;
beforeAll(async () => {
  test = await testDatabase<NotesSchema>({ migrations: notesMigrations });
  database = test.database;
});
afterAll(() => test[Symbol.asyncDispose]());
beforeEach(() => database.once(platformScope(), sql`delete from notes`));

const statement = sql<{ body: string }>`select body from notes order by body`;
const read = (lock: string) => ({ lock, statement });
const add = (tenant: string, body: string): Promise<unknown> =>
  database.once(platformScope(), sql`insert into notes (tenant, body) values (${tenant}, ${body})`);
const isFree = (lock: string): Promise<boolean> =>
  database.whileLocked(platformScope(), read(lock), ({ isMine }) => Promise.resolve(isMine));

describe('a lock that is held while work runs', () => {
  it('is nobody else’s until the work has ended, however that ends', async () => {
    const held = await database.whileLocked(platformScope(), read('a'), async ({ isMine }) => [
      isMine,
      await isFree('a'),
      await isFree('b'),
    ]);
    expect(held).toEqual([true, false, true]);
    expect(await isFree('a')).toBe(true);

    const failed = database.whileLocked(platformScope(), read('a'), () => Promise.reject(new Error('no')));
    await expect(failed).rejects.toThrow('no');
    expect(await isFree('a')).toBe(true);
  });

  it('comes with what was there when it was tried, for the scope that asks', async () => {
    await add('acme', 'ours');
    await add('globex', 'theirs');

    const found = await database.whileLocked(tenantScope('acme'), read('a'), ({ rows }) => Promise.resolve(rows));

    expect(found).toEqual([{ body: 'ours' }]);
  });

  it('shows what its last holder has committed', async () => {
    const counts: number[] = [];
    const next = (): Promise<void> =>
      database.whileLocked(platformScope(), read('counted'), async ({ rows, isMine }) => {
        if (!isMine) return;
        counts.push(rows.length);
        await add('acme', `note ${String(rows.length).padStart(3, '0')}`);
      });
    const until50 = async (): Promise<void> => {
      while (counts.length < 50) await next();
    };

    await Promise.all([until50(), until50()]);

    expect(counts).toEqual(counts.map((_, index) => index));
  });

  it('is free once the connection that holds it is cut, and its holder is told at the end', async () => {
    const pid = sql<{ pid: number }>`select pg_backend_pid() as pid`;

    const cut = database.whileLocked(platformScope(), { lock: 'a', statement: pid }, async ({ rows }) => {
      await database.once(platformScope(), sql`select pg_terminate_backend(${rows[0]?.pid})`);
      while (!(await isFree('a').catch(() => false)));
    });

    await expect(cut).rejects.toMatchObject({ reason: 'DATABASE_UNAVAILABLE' });
  });

  it('is not taken by a statement that fails', async () => {
    const wrong = { lock: 'a', statement: sql<never>`select nothing from nowhere` };

    await expect(database.whileLocked(platformScope(), wrong, () => Promise.resolve())).rejects.toThrow(/nowhere/);

    expect(await isFree('a')).toBe(true);
  });
});
