import type { Event } from '@weir/contracts/audit';
import { encodeRun, type RunBytes } from './run.ts';
import { blockTimes } from './times.ts';
import { termHash, termsOf } from './terms.ts';

/** A run as it is kept. */
export interface RunContent extends RunBytes {
  /** Of the events, by the sender's clock, in milliseconds; undefined where there is none. */
  readonly firstTime: number | undefined;
  readonly lastTime: number | undefined;
  /** The same of every few hundred positions. */
  readonly times: Buffer;
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
  const times = blockTimes(width);
  return {
    add(position, event) {
      times.add(position, event.time?.getTime() ?? 0);
      for (const term of termsOf(event)) {
        const hash = termHash(term);
        const positions = terms.get(hash);
        if (!positions) terms.set(hash, [position]);
        else if (positions.at(-1) !== position) positions.push(position);
      }
    },
    finish: () => ({ ...encodeRun(terms, width), ...times.finish() }),
  };
}
