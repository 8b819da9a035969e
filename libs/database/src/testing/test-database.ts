import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { openDatabase, type Database, type DatabaseOptions } from '../database.ts';
import { createOwnedDatabase, ensureRole, passwordOf, withAdmin } from '../embedded/roles.ts';
import { migrate, migrationsHash } from '../migrations.ts';
import { testServerUrl } from './test-server.ts';

/** Which tables a test needs; everything else is as in `openDatabase`. */
export type TestDatabaseOptions = Omit<DatabaseOptions, 'url'>;

/** A database of its own for one spec file. */
export interface TestDatabase<DB> extends AsyncDisposable {
  /** For the role that owns it and is no superuser, as in production. */
  readonly url: string;
  readonly database: Database<DB>;
}

const ROLE = 'weir_test';

/** Makes a database by copying one that was migrated once per test run; disposing it drops it. */
export async function testDatabase<DB>(options: TestDatabaseOptions): Promise<TestDatabase<DB>> {
  const admin = testServerUrl();
  const template = `weir_template_${(await migrationsHash(options.migrations)).slice(0, 16)}`;
  const name = `weir_test_${randomBytes(8).toString('hex')}`;
  await withAdmin(admin, async (client) => {
    await ensureTemplate(client, template, options.migrations);
    await createOwnedDatabase(client, name, ROLE, template);
  });

  const url = ownerUrl(name);
  const database = await openDatabase<DB>({ poolSize: 5, ...options, url });
  return {
    url,
    database,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await withAdmin(admin, (client) => client.query(`drop database if exists ${name} with (force)`));
    },
  };
}

/** Spec files start at the same time in several processes: one makes the template, the others wait for it. */
async function ensureTemplate(client: pg.Client, template: string, migrations: readonly string[]): Promise<void> {
  await client.query('select pg_advisory_lock(hashtext($1))', [ROLE]);
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [template]);
    if (rowCount) return;
    await ensureRole(client, ROLE, passwordOf(ROLE, testServerUrl()));
    const partial = `${template}_partial`;
    await client.query(`drop database if exists ${partial} with (force)`);
    await createOwnedDatabase(client, partial, ROLE);
    await migrate({ url: ownerUrl(partial) }, migrations);
    await client.query(`alter database ${partial} rename to ${template}`);
  } finally {
    await client.query('select pg_advisory_unlock(hashtext($1))', [ROLE]);
  }
}

function ownerUrl(database: string): string {
  const url = new URL(testServerUrl());
  url.username = ROLE;
  url.password = passwordOf(ROLE, testServerUrl());
  url.pathname = `/${database}`;
  return url.href;
}
