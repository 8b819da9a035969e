import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CompiledQuery, Kysely, PostgresDialect, sql } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import { openPool, type PoolOptions } from './pool.ts';

const platformMigrations = join(import.meta.dirname, 'migrations');

interface SqlFile {
  /** "01-audit-outbox/001-outbox": the position keeps the directories in order, the package makes it readable. */
  readonly name: string;
  readonly text: string;
}

/**
 * Brings a database up to date: the platform's own migrations, then those of each directory in the given order, all in
 * one transaction under Kysely's lock, recorded in one ledger. Processes that start together wait for one another.
 * Append directories, never reorder them: their position is part of the names in the ledger.
 */
export async function migrate(options: PoolOptions, directories: readonly string[]): Promise<string[]> {
  const files = await readMigrations(directories);
  const pool = openPool({ ...options, poolSize: 1 });
  const db = new Kysely<unknown>({
    // A migration that moves data has to see the rows of every tenant.
    dialect: new PostgresDialect({
      pool,
      onCreateConnection: async (connection) => {
        await connection.executeQuery(CompiledQuery.raw(`select set_config('weir.tenant', '*', false)`));
      },
    }),
  });
  try {
    const provider = { getMigrations: () => Promise.resolve(Object.fromEntries(files.map(asMigration))) };
    const migrator = new Migrator({ db, provider, allowUnorderedMigrations: true });
    const { error, results = [] } = await migrator.migrateToLatest();
    const failed = results.find(({ status }) => status === 'Error');
    if (failed) throw new MigrationError(failed.migrationName, error);
    if (error) throw error instanceof Error ? error : new Error('migrations failed', { cause: error });
    return results.map(({ migrationName }) => migrationName);
  } finally {
    await pool.end();
  }
}

/** A hash of what `migrate` would run, to tell whether two databases have the same shape. */
export async function migrationsHash(directories: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const { name, text } of await readMigrations(directories)) hash.update(JSON.stringify([name, text]));
  return hash.digest('hex');
}

/** A migration that the database refused. */
export class MigrationError extends Error {
  constructor(migration: string, cause: unknown) {
    super(`migration ${migration} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'MigrationError';
  }
}

async function readMigrations(directories: readonly string[]): Promise<SqlFile[]> {
  const read = [platformMigrations, ...directories].map(async (directory, position) => {
    const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
    const prefix = `${String(position).padStart(2, '0')}-${packageName(directory)}`;
    return Promise.all(
      names.map(async (name) => ({
        name: `${prefix}/${basename(name, '.sql')}`,
        text: await readFile(join(directory, name), 'utf8'),
      })),
    );
  });
  return (await Promise.all(read)).flat();
}

/** "registry" for a directory inside the package @weir/registry: it stays when the directory moves inside. */
function packageName(directory: string): string {
  const file = join(directory, 'package.json');
  if (existsSync(file)) {
    const { name } = JSON.parse(readFileSync(file, 'utf8')) as { name?: string };
    return basename(name ?? directory);
  }
  const parent = dirname(directory);
  return parent === directory ? 'migrations' : packageName(parent);
}

const asMigration = ({ name, text }: SqlFile): [string, Migration] => [
  name,
  {
    async up(db) {
      await sql.raw(text).execute(db);
    },
  },
];
