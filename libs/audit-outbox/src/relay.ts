import { setTimeout as wait } from 'node:timers/promises';
import { platformScope } from '@weir/context';
import { Event } from '@weir/contracts/audit';
import type { Database } from '@weir/database';
import { isReason, WeirError } from '@weir/errors';
import { sql } from 'kysely';
import type { Logger } from 'pino';
import type { OutboxTables } from './schema.ts';

/** Brings a batch of events to the audit service; settles when they are recorded. */
export type Deliver = (events: Event[]) => Promise<void>;

/** What a relay works with. */
export interface RelayOptions {
  readonly database: Database<OutboxTables>;
  readonly deliver: Deliver;
  readonly log: Logger;
}

/** Carries events from the outbox to the audit service, in order, at least once; audit drops repeats by event id. */
export interface Relay extends AsyncDisposable {
  /** Events are waiting: look at once. */
  wake(): void;
  /** How many events wait, as of the last look. */
  backlog(): number;
}

const BATCH = 256;
const IDLE_MS = 1_000;
const SOON_MS = 20;
const RETRY_MS = { first: 100, last: 5_000 } as const;

type Row = { readonly id: bigint; readonly event: Buffer };

/** Starts the relay of one service's outbox. */
export function startRelay({ database, deliver, log }: RelayOptions): Relay {
  const scope = platformScope();
  const ending = new AbortController();
  let wakeUp = Promise.withResolvers<void>();
  let backlog = 0;
  let woken = false;

  // Rows of transactions that may still have an older neighbour in flight wait for the next look.
  const nextRows = (): Promise<Row[]> =>
    database.within(scope, async (tx) => {
      const rows = await tx
        .selectFrom('audit_outbox')
        .select(['id', 'event'])
        .where(sql<boolean>`xid < pg_snapshot_xmin(pg_current_snapshot())`)
        .orderBy('id')
        .limit(BATCH)
        .execute();
      if (rows.length < BATCH) backlog = rows.length;
      else backlog = await countRows(tx);
      return rows;
    });

  async function deliverRows(rows: readonly Row[]): Promise<void> {
    try {
      await deliver(rows.map(({ event }) => Event.decode(event)));
      await remove(rows);
    } catch (error) {
      if (!isFinal(error)) throw error;
      await setAside(rows, error);
    }
  }

  // One event that can never be recorded must not hold up the rest: find it, keep it with the reason, go on.
  async function setAside(rows: readonly Row[], error: WeirError): Promise<void> {
    const [first, ...others] = rows;
    if (first === undefined) return;
    if (others.length > 0) {
      const middle = Math.ceil(rows.length / 2);
      await deliverRows(rows.slice(0, middle));
      await deliverRows(rows.slice(middle));
      return;
    }
    log.error({ id: String(first.id), problem: error.message }, 'audit refused an event for good');
    await database.within(scope, async (tx) => {
      await tx
        .insertInto('audit_outbox_refused')
        .values({ ...first, problem: error.message })
        .execute();
      await tx.deleteFrom('audit_outbox').where('id', '=', first.id).execute();
    });
  }

  const remove = (rows: readonly Row[]) =>
    database.within(scope, async (tx) => {
      const ids = rows.map(({ id }) => id);
      await tx.deleteFrom('audit_outbox').where('id', 'in', ids).execute();
    });

  async function loop(): Promise<void> {
    let retryMs: number = RETRY_MS.first;
    while (!ending.signal.aborted) {
      try {
        woken = false;
        const rows = await nextRows();
        if (rows.length > 0) await deliverRows(rows);
        retryMs = RETRY_MS.first;
        if (rows.length === 0) await pause(woken ? SOON_MS : IDLE_MS);
      } catch (error) {
        log.debug({ err: error }, 'audit events wait');
        await pause(retryMs, false);
        retryMs = Math.min(retryMs * 2, RETRY_MS.last);
      }
    }
  }

  async function pause(ms: number, wakes = true): Promise<void> {
    wakeUp = Promise.withResolvers<void>();
    const timer = wait(ms, undefined, { signal: ending.signal, ref: false }).catch(() => undefined);
    await (wakes ? Promise.race([timer, wakeUp.promise]) : timer);
  }

  const running = loop();
  return {
    wake() {
      woken = true;
      wakeUp.resolve();
    },
    backlog: () => backlog,
    async [Symbol.asyncDispose]() {
      ending.abort();
      await running;
    },
  };
}

const countRows = async (tx: Parameters<Parameters<Database<OutboxTables>['within']>[1]>[0]): Promise<number> => {
  const { count } = await tx
    .selectFrom('audit_outbox')
    .select((eb) => eb.fn.countAll<bigint>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
};

const isFinal = (error: unknown): error is WeirError =>
  isReason(error, 'INVALID_ARGUMENT') || (error instanceof WeirError && error.reason === 'EVENT_ID_REUSED');
