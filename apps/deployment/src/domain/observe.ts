import { ColourState, Phase } from '@weir/contracts/deployment';
import type { BuiltColour, Lane, Rollout } from './lane.ts';

/** How the replicas of one colour fare, as the target sees them. */
export interface ColourSeen {
  /** Replicas that live, ready or not. */
  readonly live: number;
  readonly ready: readonly { readonly address: string; readonly replica: string }[];
  /** Requests that they work on. */
  readonly running: number;
}

/** Nothing of a colour lives. */
export const NOTHING_SEEN: ColourSeen = { live: 0, ready: [], running: 0 };

/** Writes what is seen of the replicas into the lane. */
export function observe(lane: Lane, seen: (rollout: Rollout) => ColourSeen): void {
  for (const rollout of lane.rollouts) observeColour(rollout, seen(rollout));
}

function observeColour(rollout: Rollout, { live, ready, running }: ColourSeen): void {
  const { colour, plan } = rollout;
  if (colour.state === ColourState.REMOVED) return;
  colour.ready = ready
    .map(({ address, replica }) => ({ address, replica }))
    .sort((a, b) => (a.replica < b.replica ? -1 : 1));
  colour.running = running;
  if (!colour.wanted) {
    if (live === 0 && rollout.phase !== Phase.PENDING) colour.state = ColourState.REMOVED;
    return;
  }
  followReadiness(colour, plan.minReady);
}

function followReadiness(colour: BuiltColour, minReady: number): void {
  if (colour.state !== ColourState.STARTING && colour.state !== ColourState.READY) return;
  colour.state = colour.ready.length >= minReady ? ColourState.READY : ColourState.STARTING;
}
