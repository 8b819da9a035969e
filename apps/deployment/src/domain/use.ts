import { ColourState } from '@weir/contracts/deployment';
import { oldOf, type BuiltColour, type Lane, type Rollout } from './lane.ts';

/** Brings up to date what the registry is to know of the versions that each rollout uses. */
export function followUse(lane: Lane): void {
  for (const rollout of lane.rollouts) {
    const versions = versionsUsed(lane, rollout);
    if (versions.join() === rollout.use.versions.join() && rollout.use.generation > 0) continue;
    rollout.use = { ...rollout.use, versions, generation: rollout.use.generation + 1 };
  }
}

/** Its own while its colour is there or to be; the old one's too until it has settled. */
function versionsUsed(lane: Lane, rollout: Rollout): string[] {
  const old = rollout.settled ? undefined : oldOf(lane, rollout);
  const colours = [rollout.colour, ...(old ? [old.colour] : [])];
  const names = colours.filter(isThere).map(({ version }) => `${lane.component}/versions/${version}`);
  return [...new Set(names)].sort();
}

const isThere = ({ state }: BuiltColour): boolean => state !== ColourState.REMOVED;
