import { Route } from '@weir/contracts/deployment';
import type { Lane } from './lane.ts';

/** The route of a lane as it is; undefined before the first switch. */
export function routeOf(lane: Lane): Route | undefined {
  const serving = lane.rollouts.find(({ name }) => name === lane.active);
  if (!serving) return undefined;
  const { colour } = serving;
  return Route.fromPartial({
    tenant: `tenants/${lane.tenant}`,
    environment: lane.environment as Route['environment'],
    component: lane.component,
    version: colour.version,
    digest: colour.digest,
    colour: colour.colour,
    endpoints: colour.ready,
    readyReplicas: colour.ready.length,
    generation: BigInt(lane.generation),
    deployment: serving.name,
    switchedAt: new Date(lane.switchedAt ?? 0),
  });
}
