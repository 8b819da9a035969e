import { BreachClockState, type BreachTrigger } from '@weir/contracts/security';
import type { Database } from '@weir/database';
import { randomBytes } from 'node:crypto';
import { sql, type Selectable, type Transaction } from 'kysely';
import { clockId, MAX_NAMED, type BreachClockRecord, type NewIncident } from '../domain/compliance/breach-clock.ts';
import type { KnownFramework } from '../domain/compliance/frameworks.ts';
import type { BreachClockStore, ClockPage, ClockStop } from './breach-clock-store.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;
type Row = Selectable<Schema['breach_clocks']>;

/** Clocks in PostgreSQL. */
export const postgresBreachClockStore = (database: Database<Schema>): BreachClockStore => ({
  start: (scope, incident) => database.within(scope, (tx) => start(tx, incident)),
  list: (scope, tenant, page) => database.within(scope, (tx) => list(tx, tenant, page)),
  all: (scope, tenant) =>
    database.within(scope, async (tx) => {
      const rows = await tx
        .selectFrom('breach_clocks')
        .selectAll()
        .where('tenant', '=', tenant)
        .orderBy('notify_by')
        .orderBy('id')
        .execute();
      return rows.map(recordOf);
    }),
  lock: (scope, tenant, id) =>
    database.within(scope, async (tx) => {
      const row = await tx
        .selectFrom('breach_clocks')
        .selectAll()
        .where('tenant', '=', tenant)
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirst();
      return row && recordOf(row);
    }),
  stop: (scope, tenant, id, how) => database.within(scope, (tx) => stop(tx, tenant, id, how)),
});

async function start(tx: Tx, incident: NewIncident): Promise<BreachClockRecord[]> {
  const { tenant, trigger, description, discoveredAt } = incident;
  const common = randomBytes(6).toString('hex');
  const resources = incident.resources.slice(0, MAX_NAMED);
  const audit_event_ids = incident.auditEventIds.slice(0, MAX_NAMED);
  const started: BreachClockRecord[] = [];
  for (const { framework, controlId, notifyBy } of incident.clocks) {
    const row = await tx
      .insertInto('breach_clocks')
      .values({
        tenant,
        id: clockId(framework, common),
        framework,
        control_id: controlId,
        trigger,
        incident: common,
        description,
        resources,
        audit_event_ids,
        discovered_at: discoveredAt,
        notify_by: notifyBy,
      })
      .onConflict((on) => on.columns(['tenant', 'framework', 'trigger']).where('stopped_at', 'is', null).doNothing())
      .returningAll()
      .executeTakeFirst();
    if (row) started.push(recordOf(row));
    else await join(tx, tenant, framework, trigger, resources, audit_event_ids);
  }
  return started;
}

/** Adds to the clock that runs, as far as it still names more. */
async function join(
  tx: Tx,
  tenant: string,
  framework: number,
  trigger: number,
  resources: readonly string[],
  events: readonly string[],
): Promise<void> {
  const merged = (column: 'resources' | 'audit_event_ids', more: readonly string[]) =>
    sql<string[]>`(select coalesce((array_agg(distinct one))[1:${sql.lit(MAX_NAMED)}], '{}')
      from unnest(${sql.ref(column)} || ${more}::text[]) as one)`;
  await tx
    .updateTable('breach_clocks')
    .set({ resources: merged('resources', resources), audit_event_ids: merged('audit_event_ids', events) })
    .where('tenant', '=', tenant)
    .where('framework', '=', framework)
    .where('trigger', '=', trigger)
    .where('stopped_at', 'is', null)
    .execute();
}

async function list(tx: Tx, tenant: string, page: ClockPage): Promise<BreachClockRecord[]> {
  const { frameworks, states, now, after, limit } = page;
  const rows = await tx
    .selectFrom('breach_clocks')
    .selectAll()
    .where('tenant', '=', tenant)
    .$if(frameworks.length > 0, (query) => query.where('framework', 'in', frameworks))
    .$if(states.length > 0, (query) =>
      query.where((eb) => eb.or(states.map((state) => standsAt(state, now)).map((is) => eb(is, '=', true)))),
    )
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(notify_by, id) > (${after?.notifyBy}::timestamptz, ${after?.id}::text)`),
    )
    .orderBy('notify_by')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(recordOf);
}

function standsAt(state: BreachClockState, now: Date) {
  if (state === BreachClockState.NOTIFIED) return sql<boolean>`(notified_at is not null)`;
  if (state === BreachClockState.DISMISSED) return sql<boolean>`(stopped_at is not null and notified_at is null)`;
  const isOver = sql<boolean>`(stopped_at is null and notify_by < ${now}::timestamptz)`;
  const runs = sql<boolean>`(stopped_at is null and notify_by >= ${now}::timestamptz)`;
  return state === BreachClockState.OVERDUE ? isOver : runs;
}

async function stop(tx: Tx, tenant: string, id: string, { notifiedAt, by, statement }: ClockStop) {
  const row = await tx
    .updateTable('breach_clocks')
    .set({ stopped_at: sql`now()`, notified_at: notifiedAt ?? null, stopped_by: by, statement })
    .where('tenant', '=', tenant)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return recordOf(row);
}

const recordOf = (row: Row): BreachClockRecord => ({
  tenant: row.tenant,
  id: row.id,
  framework: row.framework as KnownFramework,
  controlId: row.control_id,
  trigger: row.trigger as BreachTrigger,
  description: row.description,
  resources: row.resources,
  auditEventIds: row.audit_event_ids,
  discoveredAt: row.discovered_at,
  notifyBy: row.notify_by,
  stoppedAt: row.stopped_at ?? undefined,
  notifiedAt: row.notified_at ?? undefined,
  stoppedBy: row.stopped_by,
  statement: row.statement,
});
