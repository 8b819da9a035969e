import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createOwnedDatabase, withAdmin } from './embedded/roles.ts';
import { notesMigrations } from './testing/notes.ts';
import { migrate, migrationsHash } from './migrations.ts';
import { testServerUrl } from './testing/index.ts';

const broken = [join(import.meta.dirname, 'fixtures/broken')];

async function emptyDatabase(): Promise<{ url: string } & AsyncDisposable> {
  const admin = testServerUrl();
  const name = `weir_empty_${randomBytes(6).toString('hex')}`;
  const url = new URL(admin);
  url.pathname = `/${name}`;
  await withAdmin(admin, (client) => createOwnedDatabase(client, name, decodeURIComponent(url.username)));
  return {
    url: url.href,
    async [Symbol.asyncDispose]() {
      await withAdmin(admin, (client) => client.query(`drop database ${name} with (force)`));
    },
  };
}

describe('migrations', () => {
  it('run once, the platform’s own first, and are remembered', async () => {
    await using database = await emptyDatabase();
    expect(await migrate(database, notesMigrations)).toEqual([
      '00-database/001-tenant-visibility',
      '01-database/001-notes',
    ]);
    expect(await migrate(database, notesMigrations)).toEqual([]);
  });

  it('may be added to any directory later', async () => {
    await using database = await emptyDatabase();
    await migrate(database, notesMigrations);
    expect(await migrate(database, [...notesMigrations, join(import.meta.dirname, 'fixtures/later')])).toHaveLength(1);
  });

  it('leave nothing behind when one of them fails, and name it', async () => {
    await using database = await emptyDatabase();
    await expect(migrate(database, broken)).rejects.toThrow(/01-database\/002-broken.*nonsense/);
    const left = await withAdmin(database.url, (client) => client.query(`select to_regclass('fine') as fine`));
    expect(left.rows).toEqual([{ fine: null }]);
  });

  it('run once when several processes start together', async () => {
    await using database = await emptyDatabase();
    const script = `
      import { migrate } from '@weir/database';
      const applied = await migrate({ url: process.argv[1] }, JSON.parse(process.argv[2]));
      process.stdout.write(String(applied.length));
    `;
    const start = () =>
      promisify(execFile)(
        process.execPath,
        ['--input-type=module', '-e', script, database.url, JSON.stringify(notesMigrations)],
        { cwd: import.meta.dirname },
      );
    const outputs = await Promise.all([start(), start(), start()]);
    expect(outputs.map(({ stdout }) => Number(stdout)).sort()).toEqual([0, 0, 2]);
  });

  it('have a hash that changes with what they are', async () => {
    expect(await migrationsHash(notesMigrations)).toBe(await migrationsHash(notesMigrations));
    expect(await migrationsHash(notesMigrations)).not.toBe(await migrationsHash(broken));
  });
});
