import { ColourState, Route } from '@weir/contracts/deployment';
import { sql } from 'kysely';
import type { Lane, Rollout } from '../domain/lane.ts';
import { idOf } from '../domain/names.ts';
import { routeOf } from '../domain/route.ts';
import type { Tx } from './deployment-rows.ts';
import { stateJson } from './rollout-state.ts';
import type { LaneKey } from './rollout-store.ts';

/** Keeps what changed of a lane between two states of it. */
export async function writeLane(tx: Tx, key: LaneKey, before: Lane, after: Lane, route: Buffer | null): Promise<void> {
  for (const rollout of after.rollouts) {
    const earlier = before.rollouts.find(({ name }) => name === rollout.name);
    if (earlier && isSeenToChange(before, after, earlier, rollout)) await writeRollout(tx, key, rollout);
  }
  const next = routeOf(after);
  const bytes = next ? Buffer.from(Route.encode(next).finish()) : null;
  const moved = bytes !== null && (route === null || !bytes.equals(route));
  if (!moved && before.revisions === after.revisions) return;
  await tx
    .updateTable('lanes')
    .set({
      revisions: after.revisions,
      generation: BigInt(after.generation),
      active: after.active === undefined ? null : idOf(after.active),
      switched_at: after.switchedAt === undefined ? null : new Date(after.switchedAt),
      route: bytes,
    })
    .where('tenant', '=', key.tenant)
    .where('environment', '=', key.environment)
    .where('component', '=', key.component)
    .execute();
  if (moved) await writeRouteChange(tx, key, bytes);
}

// A rollout shows the old colour too, until it has settled.
function isSeenToChange(before: Lane, after: Lane, earlier: Rollout, rollout: Rollout): boolean {
  if (stateJson(earlier) !== stateJson(rollout)) return true;
  return !rollout.settled && colourJson(before, rollout.old) !== colourJson(after, rollout.old);
}

const colourJson = (lane: Lane, name: string | undefined): string | undefined =>
  JSON.stringify(lane.rollouts.find((rollout) => rollout.name === name)?.colour);

const isUseUntold = ({ use }: Rollout): boolean => use.recorded < use.generation;

/** What of a rollout has columns of its own, beside its state. */
export const columnsOf = (rollout: Rollout) => ({
  phase: rollout.phase,
  settled: rollout.settled,
  live: !rollout.settled || rollout.colour.state !== ColourState.REMOVED || isUseUntold(rollout),
  state: stateJson(rollout),
});

async function writeRollout(tx: Tx, { tenant }: LaneKey, rollout: Rollout): Promise<void> {
  await tx
    .updateTable('deployments')
    .set((eb) => ({
      ...columnsOf(rollout),
      revision: eb('revision', '+', 1n),
      updated_at: sql<Date>`clock_timestamp()`,
    }))
    .where('tenant', '=', tenant)
    .where('id', '=', idOf(rollout.name))
    .execute();
}

/** The head's lock keeps the order of revisions that of commits. */
async function writeRouteChange(tx: Tx, { tenant, environment, component }: LaneKey, route: Buffer): Promise<void> {
  const { revision } = await tx
    .updateTable('route_head')
    .set((eb) => ({ revision: eb('revision', '+', 1n) }))
    .returning('revision')
    .executeTakeFirstOrThrow();
  await tx.insertInto('route_changes').values({ revision, tenant, environment, component, route }).execute();
}
