// A replica in a process of its own that leaves an event and never ends delivering it: stuck-replica.ts <database url>.
// It says on stdout that it has begun.
import { openDatabase } from '@weir/database';
import pino from 'pino';
import { startJournal } from '../journal.ts';
import { outboxMigrations, type OutboxTables } from '../schema.ts';
import { suspendCall } from './suspend-call.ts';

const [url = ''] = process.argv.slice(2);
const database = await openDatabase<OutboxTables>({ url, migrations: [outboxMigrations] });
const deliver = (): Promise<void> => {
  process.stdout.write('delivering\n');
  return new Promise(() => undefined);
};
const journal = startJournal({ service: 'registry', database, deliver, log: pino({ level: 'silent' }), limit: 1_000 });
await journal.record(suspendCall({ name: 'tenants/first' }), undefined);
