// An audit service to be killed: node audit-process.ts <database URL> <port>.
import { outboxMigrations } from '@weir/audit-outbox';
import { openDatabase } from '@weir/database';
import { auditMigrations, type Schema } from '../store/schema.ts';
import { serveAudit } from './serve-audit.ts';

const [url = '', port = '0'] = process.argv.slice(2);
const database = await openDatabase<Schema>({ url, migrations: [outboxMigrations, auditMigrations] });
const { port: bound } = await serveAudit({ database, port: Number(port) });
process.stdout.write(`${bound}\n`);
