import { platformScope } from '@weir/context';
import { Sensitivity } from '@weir/contracts/options';
import type { Database } from '@weir/database';
import type { Transaction } from 'kysely';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import { backgroundEvent } from './event.ts';
import { insertEvents } from './insert-events.ts';
import type { OutboxTables } from './schema.ts';

/** What is announced, and where. */
export interface Announcement {
  readonly service: string;
  readonly database: Database<OutboxTables>;
  /** Whether calls leave events. */
  readonly logging: boolean;
  /** Tells the relay how many events there are more to deliver. */
  readonly wake: (added: number) => void;
  readonly log: Logger;
}

const AGAIN_MS = 1_000;

/**
 * Puts on record that the calls of a service leave no events, at each start without them, and that they do again, at
 * the first start with them. Tried until it is written.
 */
export function announceLogging({ service, database, logging, wake, log }: Announcement): AsyncDisposable {
  if (!logging) log.warn('AUDIT_LOGGING is off: calls leave no audit events');
  const ending = new AbortController();

  const written = (): Promise<number | undefined> =>
    database
      .within(platformScope(), (tx) => (logging ? speakAgain(tx, service) : fallSilent(tx, service)))
      .catch(() => undefined);

  async function announce(): Promise<void> {
    while (!ending.signal.aborted) {
      const added = await written();
      if (added !== undefined) {
        wake(added);
        return;
      }
      await wait(AGAIN_MS, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  }

  const announced = announce();
  return {
    async [Symbol.asyncDispose]() {
      ending.abort();
      await announced;
    },
  };
}

async function fallSilent(tx: Transaction<OutboxTables>, service: string): Promise<number> {
  await tx
    .insertInto('silent_services')
    .values({ service })
    .onConflict((on) => on.doNothing())
    .execute();
  await insertEvents(tx, [backgroundEvent(service, { type: 'audit_logging_off', sensitivity: Sensitivity.CRITICAL })]);
  return 1;
}

async function speakAgain(tx: Transaction<OutboxTables>, service: string): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom('silent_services')
    .where('service', '=', service)
    .executeTakeFirstOrThrow();
  if (numDeletedRows === 0n) return 0;
  await insertEvents(tx, [backgroundEvent(service, { type: 'audit_logging_on', sensitivity: Sensitivity.CRITICAL })]);
  return 1;
}
