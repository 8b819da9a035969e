import { Event } from '@weir/contracts/audit';
import type { Transaction } from 'kysely';
import type { OutboxTables } from './schema.ts';

/** Puts events into the outbox, in the transaction of what they tell of. */
export async function insertEvents(tx: Transaction<OutboxTables>, events: readonly Event[]): Promise<void> {
  const rows = events.map((event) => ({ event: Buffer.from(Event.encode(event).finish()) }));
  await tx.insertInto('audit_outbox').values(rows).execute();
}
