import type { AuditJournal } from '@weir/audit-outbox';
import type { Scope } from '@weir/context';
import { DeploymentSpec } from '@weir/contracts/deployment';
import { ComponentVersion } from '@weir/contracts/registry';
import type { Database } from '@weir/database';
import { reason } from '@weir/errors';
import type { Selectable } from 'kysely';
import type { Lane, Rollout } from '../domain/lane.ts';
import { idOf } from '../domain/names.ts';
import { followUse } from '../domain/use.ts';
import { readLane, type Tx } from './deployment-rows.ts';
import { phaseEvents } from './phase-events.ts';
import { rolloutQueries } from './rollout-queries.ts';
import type { LaneKey, NewDeployment, RolloutStore } from './rollout-store.ts';
import type { Schema } from './schema.ts';
import { columnsOf, writeLane } from './write-lane.ts';

/** Deployments in PostgreSQL. */
export function postgresRolloutStore(
  database: Database<Schema>,
  journal: Pick<AuditJournal, 'append' | 'wake'>,
): RolloutStore {
  const queries = rolloutQueries(database);

  async function change<T>(scope: Scope, key: LaneKey, work: (lane: Lane, tx: Tx) => T | Promise<T>): Promise<T> {
    const result = await database.within(scope, async (tx) => {
      const row = await lockLane(tx, key);
      const before = await readLane(tx, key, row);
      const after = structuredClone(before);
      const answer = await work(after, tx);
      followUse(after);
      await writeLane(tx, key, before, after, row.route);
      for (const event of phaseEvents(before, after)) await journal.append(tx, event);
      return answer;
    });
    journal.wake();
    return result;
  }

  return {
    ...queries,
    create: (scope, draft, accept) =>
      change(scope, draft.lane, async (lane, tx) => {
        accept(lane);
        const added = lane.rollouts.at(-1);
        if (!added) throw new Error('nothing was accepted');
        if (!(await insert(tx, draft, added))) throw reason('DEPLOYMENT_EXISTS', { name: added.name });
        const created = await queries.find(scope, added.name);
        if (!created) throw new Error(`${added.name} was stored and is not there`);
        return created;
      }),
    read: (scope, key) =>
      database.within(scope, async (tx) => readLane(tx, key, (await selectLane(tx, key)) ?? emptyLane(key))),
    change: (scope, key, work) => change(scope, key, (lane) => work(lane)),
  };
}

const selectLane = (tx: Tx, { tenant, environment, component }: LaneKey) =>
  laneQuery(tx, { tenant, environment, component }).executeTakeFirst();

const laneQuery = (tx: Tx, { tenant, environment, component }: LaneKey) =>
  tx
    .selectFrom('lanes')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('environment', '=', environment)
    .where('component', '=', component);

const emptyLane = (key: LaneKey): Selectable<Schema['lanes']> => ({
  ...key,
  revisions: 0,
  generation: 0n,
  active: null,
  switched_at: null,
  route: null,
});

async function lockLane(tx: Tx, { tenant, environment, component }: LaneKey): Promise<Selectable<Schema['lanes']>> {
  const key = { tenant, environment, component };
  await tx
    .insertInto('lanes')
    .values(key)
    .onConflict((on) => on.doNothing())
    .execute();
  return laneQuery(tx, key).forUpdate().executeTakeFirstOrThrow();
}

async function insert(tx: Tx, { lane, id, spec, component, createdBy }: NewDeployment, rollout: Rollout) {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('deployments')
    .values({
      tenant: lane.tenant,
      environment: lane.environment,
      component: lane.component,
      id,
      revision_number: rollout.revision,
      spec: Buffer.from(DeploymentSpec.encode(spec).finish()),
      component_version: Buffer.from(ComponentVersion.encode(component).finish()),
      old: rollout.old === undefined ? null : idOf(rollout.old),
      created_by: createdBy,
      ...columnsOf(rollout),
    })
    .onConflict((on) => on.columns(['tenant', 'id']).doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}
