import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EmbeddedPostgres } from '@weir/database/embedded';
import pg from 'pg';
import type { BenchOptions } from '../bench.ts';
import { CHUNK, componentsSql, grantsSql, tenantsSql, VERSIONS, versionsIn, type CatalogueSize } from './catalogue.ts';
import { progressBar } from './progress.ts';

/** The database of a catalogue of this size and of the tables as they are: a change of either makes another one. */
export const databaseOf = (size: CatalogueSize): string => `catalogue_${versionsIn(size)}_${shape(size)}`;

function shape(size: CatalogueSize): string {
  const root = join(import.meta.dirname, '../..');
  const files = globSync('{apps/registry,libs/audit-outbox}/src/{store/,}migrations/*.sql', { cwd: root }).sort();
  const rows = [...tenantsSql(size), ...componentsSql(0, size.components), ...grantsSql(size)];
  const hash = createHash('sha256').update(rows.join());
  for (const file of files) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex').slice(0, 8);
}

/** Whether the catalogue is there whole. */
export async function isLoaded(url: string): Promise<boolean> {
  await using client = await connect(url);
  const { rows } = await client.query<{ loaded: string | null }>(`select to_regclass('bench_loaded') as loaded`);
  return typeof rows[0]?.loaded === 'string';
}

/** Fills the tables, chunk by chunk, each in a statement that makes its rows from numbers. */
export async function loadCatalogue(url: string, size: CatalogueSize, options: BenchOptions): Promise<void> {
  await using client = await connect(url);
  const show = progressBar('versions', versionsIn(size), options);
  show(0);
  // A load that was interrupted begins again.
  await client.query(
    `truncate tenants, tenant_meters, capabilities, components, versions, manifests, grants, visible_spans restart identity`,
  );
  for (const statement of tenantsSql(size)) await client.query(statement);
  for (let from = 0; from < size.components; from += CHUNK) {
    const count = Math.min(CHUNK, size.components - from);
    await client.query('begin');
    for (const statement of componentsSql(from, count)) await client.query(statement);
    await client.query('commit');
    show((from + count) * VERSIONS);
  }
  options.say(`  grants of ${size.tenants.toLocaleString('en')} tenants, ${size.granted} each`);
  for (const statement of grantsSql(size)) await client.query(statement);
  await client.query('vacuum (analyze)');
  await client.query('create table bench_loaded as select now() as at');
}

/** Drops catalogues whose shape is no longer that of the code. */
export async function dropOthers(server: EmbeddedPostgres, kept: readonly string[]): Promise<void> {
  await using client = await connect(server.adminUrl());
  const { rows } = await client.query<{ datname: string }>(
    `select datname from pg_database where datname like 'catalogue\\_%' and datname <> all($1)`,
    [kept],
  );
  for (const { datname } of rows) await client.query(`drop database ${datname} with (force)`);
}

/** A connection that sees the rows of every tenant. */
export async function connect(url: string): Promise<pg.Client & AsyncDisposable> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`select set_config('weir.tenant', '*', false)`);
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
}
