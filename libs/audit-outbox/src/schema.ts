import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import { join } from 'node:path';

/** The tables that this library adds to a service's database. */
export interface OutboxTables {
  audit_outbox: { id: GeneratedAlways<bigint>; xid: Generated<string>; event: Buffer };
  audit_outbox_refused: { id: bigint; event: Buffer; problem: string; refused_at: Generated<Date> };
  request_answers: {
    principal: string;
    method: string;
    request_id: string;
    request_digest: Buffer;
    response: ColumnType<Buffer | null, Buffer | undefined, Buffer>;
    created_at: Generated<Date>;
  };
}

/** The migrations that create them; give them to `openDatabase` before the service's own. */
export const outboxMigrations = join(import.meta.dirname, 'migrations');
