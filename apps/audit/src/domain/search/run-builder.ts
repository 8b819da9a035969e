import type { Event } from '@weir/contracts/audit';
import { encodeRun, type RunBytes } from './run.ts';
import { termHash, termsOf } from './terms.ts';

/** A run as it is kept. */
export interface RunContent extends RunBytes {
  /** Of the events, by the sender's clock, in milliseconds; undefined where there is none. */
  readonly firstTime: number | undefined;
  readonly lastTime: number | undefined;
}

/** Collects the terms of the events of a run. */
export interface RunBuilder {
  /** Events come by ascending position. */
  add(position: number, event: Event): void;
  finish(): RunContent;
}

/** A builder for a run of `width` positions. */
export function runBuilder(width: number): RunBuilder {
  const terms = new Map<number, number[]>();
  let [firstTime, lastTime] = [Infinity, -Infinity];
  return {
    add(position, event) {
      const time = event.time?.getTime() ?? 0;
      [firstTime, lastTime] = [Math.min(firstTime, time), Math.max(lastTime, time)];
      for (const term of termsOf(event)) {
        const hash = termHash(term);
        const positions = terms.get(hash);
        if (!positions) terms.set(hash, [position]);
        else if (positions.at(-1) !== position) positions.push(position);
      }
    },
    finish: () => ({
      ...encodeRun(terms, width),
      firstTime: firstTime === Infinity ? undefined : firstTime,
      lastTime: lastTime === -Infinity ? undefined : lastTime,
    }),
  };
}
