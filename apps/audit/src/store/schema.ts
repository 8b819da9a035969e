import { join } from 'node:path';
import type { OutboxTables } from '@weir/audit-outbox';

/** The tables of the audit service. */
export interface Schema extends OutboxTables {
  logs: { tenant: string; size: bigint; tail: Buffer; upper: Buffer; recorded_at: Date };
  events: { tenant: string; index: bigint; id: string; recorded_at: Date; sensitivity: number; bytes: Buffer };
  tiles: { tenant: string; level: number; number: bigint; hashes: Buffer };
  retentions: { tenant: string; retention: Buffer; revision: bigint; updated_at: Date };
  legal_holds: { tenant: string; id: string; hold: Buffer; is_released: boolean; revision: bigint };
  removals: { tenant: string; first_index: bigint; end_index: bigint; certificate: Buffer };
  search_runs: {
    tenant: string;
    start: bigint;
    level: number;
    first_time: bigint | null;
    last_time: bigint | null;
    times: Buffer;
    bits: number;
    directory: Buffer;
    keys: Buffer;
    postings: Buffer;
  };
  checkpoints: { tenant: string; size: bigint; note: string };
}

/** The migrations that create them, beside those of the outbox. */
export const auditMigrations = join(import.meta.dirname, 'migrations');
