import { Event } from '@weir/contracts/audit';
import { isReason, type WeirError } from '@weir/errors';
import type { Logger } from 'pino';
import type { Outbox, OutboxRow } from './outbox.ts';

/** Brings a batch of events to the audit service; settles when they are recorded. */
export type Deliver = (events: Event[]) => Promise<void>;

/**
 * Delivers rows and forgets them. Where audit refuses them for good, it finds the one that it means: that event is set
 * aside with audit's words and the rest goes on. Rejects with what passes: audit is down, or overloaded.
 */
export async function deliverRows(
  rows: readonly OutboxRow[],
  outbox: Outbox,
  deliver: Deliver,
  log: Logger,
): Promise<void> {
  try {
    await deliver(rows.map(({ event }) => Event.decode(event)));
    await outbox.remove(rows);
  } catch (error) {
    if (!isFinal(error)) throw error;
    const [first] = rows;
    if (rows.length > 1) {
      const middle = Math.ceil(rows.length / 2);
      await deliverRows(rows.slice(0, middle), outbox, deliver, log);
      await deliverRows(rows.slice(middle), outbox, deliver, log);
    } else if (first) {
      log.error({ id: String(first.id), problem: error.message }, 'audit refused an event for good');
      await outbox.setAside(first, error.message);
    }
  }
}

const isFinal = (error: unknown): error is WeirError =>
  isReason(error, 'INVALID_ARGUMENT') || isReason(error, 'EVENT_ID_REUSED');
