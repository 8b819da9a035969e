import { createHmac } from 'node:crypto';
import pg from 'pg';

const DUPLICATE = /^(42710|42P04|23505)$/;

/** Runs `work` on a connection with the given URL and closes it. */
export async function withAdmin<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** A role's password: the same whenever it is asked for, and nowhere written down. */
export const passwordOf = (role: string, secret: string): string =>
  createHmac('sha256', secret).update(`role ${role}`).digest('base64url');

/** Makes a role that may log in and nothing else, if it is not there. */
export async function ensureRole(client: pg.Client, role: string, password: string): Promise<void> {
  const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [role]);
  if (rowCount) return;
  await unlessThere(
    client.query(
      `create role ${pg.escapeIdentifier(role)} login nosuperuser nocreatedb nocreaterole nobypassrls ` +
        `password ${pg.escapeLiteral(password)}`,
    ),
  );
}

/** Makes a database that `owner` owns and nobody else may enter. */
export async function createOwnedDatabase(client: pg.Client, name: string, owner: string, template = 'template1') {
  const [database, role, source] = [name, owner, template].map((word) => pg.escapeIdentifier(word));
  await client.query(`create database ${database} owner ${role} template ${source}`);
  await client.query(`revoke all on database ${database} from public`);
}

/** Makes a database and the role of the same name that owns it, if they are not there. */
export async function ensureOwnedDatabase(client: pg.Client, name: string, password: string): Promise<void> {
  await ensureRole(client, name, password);
  const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
  if (!rowCount) await unlessThere(createOwnedDatabase(client, name, name));
}

/** Two processes may make the same thing at the same time; one of them is enough. */
async function unlessThere(making: Promise<unknown>): Promise<void> {
  await making.catch((error: unknown) => {
    if (!(error instanceof pg.DatabaseError) || !DUPLICATE.test(error.code ?? '')) throw error;
  });
}
