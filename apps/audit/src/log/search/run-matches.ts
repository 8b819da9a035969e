import type { EventFilter } from '@weir/contracts/audit';
import type { TimeBounds } from '../../domain/search/times.ts';
import type { RunSummary } from '../../store/search-store.ts';

/** Positions of a run, ascending; undefined stands for all of them. */
export type Stretches = readonly { readonly start: number; readonly end: number }[] | undefined;

/** The times that a filter leaves. */
export const boundsOf = ({ startTime, endTime }: EventFilter): TimeBounds => ({
  from: startTime?.getTime(),
  to: endTime?.getTime(),
});

/** Whether all, some or none of the events of a run are within some times, as far as its first and last tell. */
export function coverage({ firstTime, lastTime }: RunSummary, bounds: TimeBounds): 'all' | 'some' | 'none' {
  if (firstTime === undefined || lastTime === undefined) return 'none';
  const { from = -Infinity, to = Infinity } = bounds;
  if (lastTime < from || firstTime >= to) return 'none';
  return firstTime >= from && lastTime < to ? 'all' : 'some';
}

/** Leaves out the positions, which descend, that are in none of the stretches. */
export function* within(positions: Iterable<number>, stretches: Stretches): Generator<number> {
  if (!stretches) {
    yield* positions;
    return;
  }
  let at = stretches.length - 1;
  for (const position of positions) {
    while (at >= 0 && position < (stretches[at]?.start ?? 0)) at -= 1;
    if (at < 0) return;
    if (position < (stretches[at]?.end ?? 0)) yield position;
  }
}
