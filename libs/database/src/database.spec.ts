import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { platformScope, tenantScope } from '@weir/context';
import { isReason } from '@weir/errors';
import { sql } from 'kysely';
import { openDatabase, type Database } from './database.ts';
import { freePort } from './embedded/free-port.ts';
import { removeEmbeddedData, startEmbeddedPostgres, type EmbeddedPostgres } from './embedded/index.ts';
import { notesMigrations, type NotesSchema } from './testing/notes.ts';
import { testDatabase } from './testing/index.ts';

const outcome = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);
const add = (database: Database<NotesSchema>, body: string): Promise<unknown> =>
  database.within(tenantScope('acme'), (tx) => tx.insertInto('notes').values({ tenant: 'acme', body }).execute());

async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 15_000; !condition();) {
    if (Date.now() > end) throw new Error('it did not come to that within 15 s');
    await wait(20);
  }
}

describe('a database', () => {
  it('that is busy refuses work after a bounded wait, says when to retry, and stays ready', async () => {
    await using test = await testDatabase({ migrations: [], poolSize: 1, acquireTimeoutMs: 200 });
    const scope = tenantScope('acme');
    const busy = test.database.within(scope, (tx) => sql`select pg_sleep(1)`.execute(tx));
    const error = await outcome(test.database.within(tenantScope('acme'), (tx) => sql`select 1`.execute(tx)));
    expect(isReason(error, 'DATABASE_UNAVAILABLE') && error.details.retryAfterMs).toBeGreaterThan(0);
    expect(test.database.ready()).toBeUndefined();
    await busy;
  });

  it('shows how its connections are used', async () => {
    const gauges = new Map<string, () => number>();
    const gauge = (name: string, _help: string, read: () => number): void => void gauges.set(name, read);
    await using test = await testDatabase({ migrations: [], gauge });
    await test.database.within(platformScope(), (tx) => sql`select 1`.execute(tx));
    expect([...gauges].map(([name, read]) => [name, read()])).toEqual([
      ['weir_database_connections', 1],
      ['weir_database_connections_idle', 1],
      ['weir_database_connections_awaited', 0],
    ]);
  });

  it('gives int8 as bigint and date as text', async () => {
    await using test = await testDatabase({ migrations: [] });
    const { rows } = await test.database.within(platformScope(), (tx) =>
      sql`select 9007199254740993 as big, date '2024-02-29' as day, null::int8 as none`.execute(tx),
    );
    expect(rows).toEqual([{ big: 9007199254740993n, day: '2024-02-29', none: null }]);
  });
});

describe('a database whose server', () => {
  let dataDir: string;
  let server: EmbeddedPostgres;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'weir-database-spec-'));
  });
  afterEach(() => server[Symbol.asyncDispose]());
  afterAll(() => removeEmbeddedData(dataDir));

  it('is not there yet becomes ready when it comes', async () => {
    const port = await freePort();
    server = await startEmbeddedPostgres({ dataDir, port, durable: false });
    const url = await server.ensureDatabase('late');
    await server[Symbol.asyncDispose]();

    await using database = await openDatabase<NotesSchema>({ url, migrations: notesMigrations });
    expect(database.ready()).toMatch(/does not answer/);
    expect(isReason(await outcome(add(database, 'too early')), 'DATABASE_UNAVAILABLE')).toBe(true);

    server = await startEmbeddedPostgres({ dataDir, port, durable: false });
    await until(() => database.ready() === undefined);
    await add(database, 'in time');
  });

  it('is killed is not ready, refuses work at once, and serves again when it is back', async () => {
    server = await startEmbeddedPostgres({ dataDir, durable: true });
    const url = await server.ensureDatabase('killed');
    await using database = await openDatabase<NotesSchema>({ url, migrations: notesMigrations });
    await add(database, 'before');
    const running = outcome(database.within(platformScope(), (tx) => sql`select pg_sleep(30)`.execute(tx)));
    await wait(100);

    process.kill(server.pid() ?? 0, 'SIGKILL');
    expect(isReason(await running, 'DATABASE_UNAVAILABLE')).toBe(true);
    expect(database.ready()).toMatch(/does not answer/);

    await until(() => database.ready() === undefined);
    await add(database, 'after');
    const rows = await database.within(platformScope(), (tx) => tx.selectFrom('notes').select('body').execute());
    expect(rows).toEqual([{ body: 'before' }, { body: 'after' }]);
  });

  it('refuses a migration says so', async () => {
    server = await startEmbeddedPostgres({ dataDir, durable: false });
    const url = await server.ensureDatabase('broken');
    await using database = await openDatabase({ url, migrations: [join(import.meta.dirname, 'fixtures/broken')] });
    expect(database.ready()).toMatch(/002-broken/);
  });
});
