import { testServerUrl } from '@weir/testing';
import pg from 'pg';

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
