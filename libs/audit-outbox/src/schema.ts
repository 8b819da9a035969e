import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import { join } from 'node:path';

/** The tables that this library adds to a service's database. */
export interface OutboxTables {
  audit_outbox: { id: GeneratedAlways<bigint>; xid: Generated<string>; event: Buffer };
  audit_outbox_refused: { id: bigint; event: Buffer; problem: string; refused_at: Generated<Date> };
  silent_services: { service: string; since: Generated<Date> };
  request_answers: {
    principal: string;
    method: string;
    request_id: string;
    request_digest: Buffer;
    response: ColumnType<Buffer | null, Buffer | undefined, Buffer>;
    created_at: Generated<Date>;
  };
  /** Only where the service remembers heads. */
  seen_checkpoints: {
    tenant: string;
    size: bigint;
    note: string;
    verifier_key: string;
    seen_at: Date;
    checked_at: Date;
    problem: string | null;
    refused_note: string | null;
    first_bad_index: bigint | null;
    refused_at: Date | null;
  };
}

/** The migrations that create them; give them to `openDatabase` before the service's own. */
export const outboxMigrations = join(import.meta.dirname, 'migrations');

/** The migrations of a service that remembers heads; give them to `openDatabase` after the service's own. */
export const seenCheckpointMigrations = join(import.meta.dirname, 'seen', 'migrations');
