import { platformScope } from '@weir/context';
import { AccessQuestion, Decision, type PrincipalState, type Role } from '@weir/contracts/security';
import type { Database } from '@weir/database';
import { sql, type ExpressionBuilder, type Selectable, type Transaction } from 'kysely';
import type { ControlUse, DecisionCursor, DecisionFilter, DecisionRecord, DecisionStore } from './decision-store.ts';
import { recordDecisions } from './postgres-record-decisions.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;
type Row = Selectable<Schema['access_decisions']>;

/** Decisions in PostgreSQL. */
export const postgresDecisionStore = (database: Database<Schema>): DecisionStore => ({
  record: recordDecisions(database),
  find: (scope, tenant, id) => database.within(scope, (tx) => find(tx, tenant, id)),
  list: (scope, tenant, filter, after, limit) =>
    database.within(scope, (tx) => list(tx, { tenant, filter, after }, limit)),
  count: (scope, tenant, filter, after) => database.within(scope, (tx) => count(tx, { tenant, filter, after })),
  uses: (scope, tenant) => database.within(scope, (tx) => uses(tx, tenant)),
  purge: (keptMs) =>
    database.within(platformScope(), async (tx) => {
      const before = new Date(Date.now() - keptMs);
      await tx.deleteFrom('access_decisions').where('decided_at', '<', before).execute();
    }),
});

async function find(tx: Tx, tenant: string, id: string): Promise<DecisionRecord | undefined> {
  const row = await tx
    .selectFrom('access_decisions')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && recordOf(row);
}

interface Selection {
  readonly tenant: string;
  readonly filter: DecisionFilter;
  readonly after: DecisionCursor | undefined;
}

const matches =
  ({ tenant, filter, after }: Selection) =>
  (eb: ExpressionBuilder<Schema, 'access_decisions'>) =>
    eb.and([
      eb('tenant', '=', tenant),
      eb('decided_at', '<', filter.before),
      ...(filter.from ? [eb('decided_at', '>=', filter.from)] : []),
      ...(filter.principal === '' ? [] : [eb('principal', '=', filter.principal)]),
      ...(after ? [sql<boolean>`(decided_at, id) > (${after.decidedAt}, ${after.id}::uuid)`] : []),
    ]);

async function list(tx: Tx, selection: Selection, limit: number): Promise<DecisionRecord[]> {
  const query = tx.selectFrom('access_decisions').selectAll().where(matches(selection));
  const rows = await query.orderBy('decided_at').orderBy('id').limit(limit).execute();
  return rows.map(recordOf);
}

async function count(tx: Tx, selection: Selection): Promise<bigint> {
  const query = tx.selectFrom('access_decisions').select((eb) => eb.fn.countAll<bigint>().as('found'));
  return (await query.where(matches(selection)).executeTakeFirstOrThrow()).found;
}

async function uses(tx: Tx, tenant: string): Promise<ControlUse[]> {
  const rows = await tx.selectFrom('control_uses').selectAll().where('tenant', '=', tenant).execute();
  return rows.map(({ policy, control, principal, last_used_at }) => ({
    policy,
    control,
    principal,
    lastUsedAt: last_used_at,
  }));
}

const recordOf = (row: Row): DecisionRecord => ({
  tenant: row.tenant,
  question: AccessQuestion.decode(row.question),
  principal:
    row.principal_state === 0
      ? undefined
      : { state: row.principal_state as PrincipalState, roles: row.roles as Role[] },
  decision: Decision.decode(row.decision),
});
