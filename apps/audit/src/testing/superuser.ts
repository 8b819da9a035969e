import { testServerUrl } from '@weir/testing';
import { leafHash } from '@weir/merkle';
import pg from 'pg';
import { tileTower } from '../domain/tile-tower.ts';
import { joinHashes, joinPartials } from '../store/hashes.ts';

/** An administrator of the database, whom no trigger, privilege or row policy stops. */
export interface Superuser extends AsyncDisposable {
  run(sql: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
}

/** Connects to the database of a test as its superuser. */
export async function superuser(url: string): Promise<Superuser> {
  const admin = new URL(testServerUrl());
  admin.pathname = new URL(url).pathname;
  const client = new pg.Client({ connectionString: admin.href });
  await client.connect();
  await client.query(`set session_replication_role = 'replica'`);
  return {
    run: async (sql, values = []) => (await client.query<Record<string, unknown>>(sql, [...values])).rows,
    [Symbol.asyncDispose]: () => client.end(),
  };
}

/** SQL for the bytes of a column with one bit of the byte at this place changed, whatever it was; never the same. */
export const flipped = (column: string, place: number): string =>
  `set_byte(${column}, ${place}, get_byte(${column}, ${place}) # 1)`;

/** The row of the log and its tiles as they would be had the events always been what they are now. */
export async function forgeTree(root: Superuser, tenant: string): Promise<void> {
  const rows = await root.run(
    'select tenant, index, id, recorded_at, sensitivity, bytes from events where tenant = $1 order by index',
    [tenant],
  );
  await root.run('delete from events where tenant = $1', [tenant]);
  await root.run('delete from tiles where tenant = $1', [tenant]);
  await root.run('delete from logs where tenant = $1', [tenant]);
  const tower = tileTower();
  for (const [index, row] of rows.entries()) {
    tower.append(leafHash(row['bytes'] as Buffer));
    await root.run('insert into events values ($1, $2, $3, $4, $5, $6)', [
      tenant,
      index,
      row['id'],
      row['recorded_at'],
      row['sensitivity'],
      row['bytes'],
    ]);
  }
  for (const { level, number: at, hashes } of tower.takeTiles()) {
    await root.run('insert into tiles values ($1, $2, $3, $4)', [tenant, level, at, joinHashes(hashes)]);
  }
  const { tail, upper } = joinPartials({ tenant, size: tower.size, partials: tower.partials, recordedAt: new Date() });
  await root.run('insert into logs values ($1, $2, $3, $4, now())', [tenant, tower.size, tail, upper]);
}

const TABLES = ['logs', 'events', 'tiles', 'checkpoints'] as const;

/** Keeps a log as it is now, as a backup would; what it returns puts it back, whatever happened since. */
export async function backupOf(root: Superuser, tenant: string): Promise<() => Promise<void>> {
  const kept = new Map<string, Record<string, unknown>[]>();
  for (const table of TABLES) kept.set(table, await root.run(`select * from ${table} where tenant = $1`, [tenant]));
  return async () => {
    // At once: the service goes on writing to it.
    await root.run('begin');
    await root.run(`lock table ${TABLES.join(', ')} in exclusive mode`);
    for (const [table, rows] of kept) {
      await root.run(`delete from ${table} where tenant = $1`, [tenant]);
      for (const row of rows) {
        const columns = Object.keys(row);
        const places = columns.map((_, at) => `$${at + 1}`).join(', ');
        await root.run(`insert into ${table} (${columns.join(', ')}) values (${places})`, Object.values(row));
      }
    }
    await root.run('commit');
  };
}
