import { platformScope, tenantScope, type Scope } from '@weir/context';
import { isReason } from '@weir/errors';
import { sql, type RawBuilder } from 'kysely';
import type { Database } from './database.ts';
import { notesMigrations, type NotesSchema } from './testing/notes.ts';
import { testDatabase, type TestDatabase } from './testing/index.ts';

let test: TestDatabase<NotesSchema>;
let database: Database<NotesSchema>;
beforeAll(async () => {
  test = await testDatabase<NotesSchema>({ migrations: notesMigrations, poolSize: 1, statementTimeoutMs: 300 });
  database = test.database;
});
afterAll(() => test[Symbol.asyncDispose]());

const acme = tenantScope('acme');
describe.each([
  { way: 'with its parameters in it', bound: false },
  { way: 'with its parameters beside it', bound: true },
])('one statement, $way', ({ bound }) => {
  const once = <R>(scope: Scope, statement: RawBuilder<R>) => database.once(scope, statement, { bound });
  const bodies = (scope = platformScope()): Promise<string[]> =>
    once(scope, sql<{ body: string }>`select body from notes order by body`).then((rows) =>
      rows.map(({ body }) => body),
    );
  beforeEach(() => database.once(platformScope(), sql`delete from notes`));

  it('is a transaction that sees the rows of its scope, and leaves no scope behind', async () => {
    await once(acme, sql`insert into notes (tenant, body) values (${'acme'}, ${'ours'})`);
    await once(tenantScope('globex'), sql`insert into notes (tenant, body) values ('globex', 'theirs')`);

    expect(await bodies(acme)).toEqual(['ours']);
    expect(await bodies()).toEqual(['ours', 'theirs']);
    const [left] = await once(acme, sql<{ who: string }>`select current_setting('weir.tenant') as who`);
    expect(left).toEqual({ who: 'acme' });
    const foreign = once(acme, sql`insert into notes (tenant, body) values ('globex', 'forged')`);
    await expect(foreign).rejects.toThrow(/row-level security/);
  });

  it('takes parameters of every kind as they are, quotes and backslashes too', async () => {
    const text = `it's "quoted" \\ {a,b} null $1 \\' é`;
    const bytes = Buffer.from([0, 39, 92, 255]);
    const time = new Date('2026-02-03T04:05:06.789Z');
    const [row] = await once(
      acme,
      sql`select ${text}::text as text, ${bytes}::bytea as bytes, ${time}::timestamptz as time, ${7n}::int8 as big,
        ${null}::text as nothing, ${true}::boolean as yes, ${[text, null, '', 'NULL']}::text[] as texts,
        ${[bytes, null]}::bytea[] as many, ${[1, 2]}::int[] as numbers, ${[]}::text[] as none`,
    );

    expect(row).toEqual({
      text,
      bytes,
      time,
      big: 7n,
      nothing: null,
      yes: true,
      texts: [text, null, '', 'NULL'],
      many: [bytes, null],
      numbers: [1, 2],
      none: [],
    });
  });

  it('that fails changes nothing, and leaves its connection fit for the next', async () => {
    await expect(once(acme, sql`insert into notes (tenant, body) values ('acme', 'x'), ('acme', 'x')`)).rejects.toThrow(
      /duplicate key/,
    );
    expect(await bodies(acme)).not.toContain('x');
  });

  it('runs no longer than a statement may', async () => {
    const error = await once(acme, sql`select pg_sleep(5)`).catch((one: unknown) => one);
    expect(isReason(error, 'DATABASE_UNAVAILABLE')).toBe(true);
    expect(await bodies(acme)).toBeDefined();
  });
});
