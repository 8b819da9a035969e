import { Event } from '@weir/contracts/audit';
import { sql, type Transaction } from 'kysely';
import type { OutboxTables } from './schema.ts';

/** An event as it stands in the outbox. */
export const eventBytes = (event: Event): Buffer => Buffer.from(Event.encode(event).finish());

/** Puts events into the outbox, in the transaction of what they tell of. */
export async function insertEvents(tx: Transaction<OutboxTables>, events: readonly Event[]): Promise<void> {
  await insertStatement(events).execute(tx);
}

/** What puts events into the outbox, in their order. */
export const insertStatement = (events: readonly Event[]) => sql<never>`
  insert into audit_outbox (event)
  select event from unnest(${events.map(eventBytes)}::bytea[]) with ordinality as e (event, at) order by at`;
