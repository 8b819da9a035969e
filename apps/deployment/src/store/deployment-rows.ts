import { DeploymentSpec } from '@weir/contracts/deployment';
import { ComponentVersion } from '@weir/contracts/registry';
import { sql, type Selectable, type Transaction } from 'kysely';
import type { Lane, Rollout } from '../domain/lane.ts';
import { nameOf } from '../domain/names.ts';
import type { DeploymentRecord, LaneKey } from './rollout-store.ts';
import type { RolloutState } from './rollout-state.ts';
import type { Schema } from './schema.ts';

export type Tx = Transaction<Schema>;
export type Row = Selectable<Schema['deployments']>;

/** Deployments with the state of their old colour. */
export const deployments = (tx: Tx) =>
  tx
    .selectFrom('deployments as d')
    .leftJoin('deployments as o', (join) => join.onRef('o.tenant', '=', 'd.tenant').onRef('o.id', '=', 'd.old'))
    .selectAll('d')
    .select(sql<RolloutState | null>`o.state`.as('old_state'))
    // A Date holds milliseconds only.
    .select(sql<string>`(extract(epoch from d.created_at) * 1000000)::bigint::text`.as('created_us'));

/** The record in a row. */
export function recordOf(row: Row & { old_state: RolloutState | null; created_us: string }): DeploymentRecord {
  const rollout = rolloutOf(row);
  return {
    lane: { tenant: row.tenant, environment: row.environment, component: row.component },
    spec: DeploymentSpec.decode(row.spec),
    component: ComponentVersion.decode(row.component_version),
    rollout,
    oldColour: rollout.settled ? rollout.oldColour : row.old_state?.colour,
    revision: row.revision,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    cursor: row.created_us,
  };
}

/** The rollout in a row. JSON leaves out what is undefined, which reads the same. */
export const rolloutOf = (row: Pick<Row, 'tenant' | 'id' | 'revision_number' | 'old' | 'state'>): Rollout => ({
  ...row.state,
  name: nameOf(row.tenant, row.id),
  revision: row.revision_number,
  old: row.old === null ? undefined : nameOf(row.tenant, row.old),
});

/** The lane of a key, with the rollouts that are live and the old ones that they still refer to. */
export async function readLane(tx: Tx, key: LaneKey, row: Selectable<Schema['lanes']>): Promise<Lane> {
  const inLane = tx
    .selectFrom('deployments as d')
    .select(['d.tenant', 'd.id', 'd.revision_number', 'd.old', 'd.state'])
    .where('d.tenant', '=', key.tenant)
    .where('d.environment', '=', key.environment)
    .where('d.component', '=', key.component);
  const referredTo = tx
    .selectFrom('deployments as n')
    .select('n.old')
    .where('n.tenant', '=', key.tenant)
    .where('n.environment', '=', key.environment)
    .where('n.component', '=', key.component)
    .where('n.live', '=', true)
    .where('n.settled', '=', false);
  const rows = await inLane
    .where((eb) => eb.or([eb('d.live', '=', true), eb('d.id', 'in', referredTo)]))
    .orderBy('d.revision_number')
    .execute();
  return {
    ...key,
    revisions: row.revisions,
    generation: Number(row.generation),
    active: row.active === null ? undefined : nameOf(key.tenant, row.active),
    switchedAt: row.switched_at?.getTime(),
    rollouts: rows.map(rolloutOf),
  };
}
