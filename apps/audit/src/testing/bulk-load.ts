// Loads a log quickly, for measurements: node bulk-load.ts <database URL> <module with eventAt(at, tenant)> <tenant> <to>.
// What is loaded went through the same plan and the same transaction as any event; the network is left out, and the search
// runs are made of the events at hand.
import { outboxMigrations } from '@weir/audit-outbox';
import { platformScope } from '@weir/context';
import type { Event } from '@weir/contracts/audit';
import { openDatabase } from '@weir/database';
import { entryOf, type Entry } from '../domain/entry.ts';
import { postgresLogStore } from '../store/postgres-log-store.ts';
import { postgresSearchStore } from '../store/postgres-search-store.ts';
import { auditMigrations, type Schema } from '../store/schema.ts';
import { bulkIndexer } from './bulk-index.ts';

const BATCH = 4_096;

const [url = '', generator = '', tenant = '', to = '0'] = process.argv.slice(2);
const { eventAt } = (await import(generator)) as { eventAt(at: number, tenant: string): Event };
await using database = await openDatabase<Schema>({ url, migrations: [outboxMigrations, auditMigrations] });
const store = postgresLogStore(database);
const indexer = bulkIndexer(postgresSearchStore(database), tenant);
const { size } = await store.state(platformScope(), tenant);

async function write(entries: readonly Entry[]): Promise<void> {
  const append = store.startAppend(() => new Date());
  append.add(entries);
  await append.write();
  await indexer.flush();
}

let next = Number(size);
let writing: Promise<unknown> = Promise.resolve();
while (next < Number(to)) {
  const count = Math.min(BATCH, Number(to) - next);
  const events = Array.from({ length: count }, (_, at) => eventAt(next + at, `tenants/${tenant}`));
  const entries = events.map(entryOf);
  // The next batch is made while one is written.
  await writing;
  events.forEach((event, at) => indexer.add(next + at, event));
  writing = write(entries);
  next += count;
  if (next % (100 * BATCH) < BATCH) process.stdout.write(`${next}\n`);
}
await writing;
