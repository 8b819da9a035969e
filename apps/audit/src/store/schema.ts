import { join } from 'node:path';
import type { OutboxTables } from '@weir/audit-outbox';

/** The tables of the audit service. */
export interface Schema extends OutboxTables {
  logs: { tenant: string; size: bigint; tail: Buffer; upper: Buffer; recorded_at: Date };
  events: { tenant: string; index: bigint; id: string; recorded_at: Date; sensitivity: number; bytes: Buffer };
  tiles: { tenant: string; level: number; number: bigint; hashes: Buffer };
  checkpoints: { tenant: string; size: bigint; note: string };
}

/** The migrations that create them, beside those of the outbox. */
export const auditMigrations = join(import.meta.dirname, 'migrations');
