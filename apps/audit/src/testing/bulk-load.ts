// Loads a log quickly, for measurements: node bulk-load.ts <database URL> <module with eventAt(at, tenant)> <tenant> <to>.
// What is loaded went through the same plan and the same transaction as any event; only the network is left out.
import { outboxMigrations } from '@weir/audit-outbox';
import { platformScope } from '@weir/context';
import type { Event } from '@weir/contracts/audit';
import { openDatabase } from '@weir/database';
import { planAppend } from '../domain/append.ts';
import { entryOf } from '../domain/entry.ts';
import { postgresLogStore } from '../store/postgres-log-store.ts';
import { auditMigrations, type Schema } from '../store/schema.ts';

const BATCH = 4_096;

const [url = '', generator = '', tenant = '', to = '0'] = process.argv.slice(2);
const { eventAt } = (await import(generator)) as { eventAt(at: number, tenant: string): Event };
await using database = await openDatabase<Schema>({ url, migrations: [outboxMigrations, auditMigrations] });
const store = postgresLogStore(database);
const { size } = await store.state(platformScope(), tenant);

let next = Number(size);
let writing: Promise<unknown> = Promise.resolve();
while (next < Number(to)) {
  const count = Math.min(BATCH, Number(to) - next);
  const first = next;
  const entries = Array.from({ length: count }, (_, at) => entryOf(eventAt(first + at, `tenants/${tenant}`)));
  // The next batch is made while one is written.
  await writing;
  writing = store.append(entries, (locked) => planAppend([entries], locked, new Date()));
  next += count;
  if (next % (100 * BATCH) < BATCH) process.stdout.write(`${next}\n`);
}
await writing;
