import { Event } from '@weir/contracts/audit';
import { decodeRun, encodeRun, mergeTerms } from '../../domain/search/run.ts';
import { runBuilder, type RunContent } from '../../domain/search/run-builder.ts';

/** Builds a run from the bytes of its events, one after the other. */
export interface BuildTask {
  readonly kind: 'build';
  readonly width: number;
  readonly bytes: Uint8Array;
  readonly lengths: readonly number[];
  readonly positions: readonly number[];
}

/** Makes one run of neighbouring ones. */
export interface MergeTask {
  readonly kind: 'merge';
  readonly width: number;
  readonly runs: readonly (Pick<RunContent, 'firstTime' | 'lastTime'> & {
    /** Its first position in the merged one. */
    readonly first: number;
    readonly keys: Uint8Array;
    readonly postings: Uint8Array;
  })[];
}

/** What a worker does. */
export type RunTask = BuildTask | MergeTask;

/** Does a task. */
export const perform = (task: RunTask): RunContent => (task.kind === 'build' ? build(task) : merge(task));

function build({ width, bytes, lengths, positions }: BuildTask): RunContent {
  const builder = runBuilder(width);
  let offset = 0;
  lengths.forEach((length, at) => {
    builder.add(positions[at] ?? 0, Event.decode(bytes.subarray(offset, offset + length)));
    offset += length;
  });
  return builder.finish();
}

function merge({ width, runs }: MergeTask): RunContent {
  // A Buffer arrives from another thread as a plain Uint8Array.
  const terms = runs.map(({ first, keys, postings }) => ({
    first,
    terms: decodeRun({ keys: Buffer.from(keys), postings: Buffer.from(postings) }),
  }));
  const times = (values: readonly (number | undefined)[]): number[] => values.filter((value) => value !== undefined);
  const [firstTimes, lastTimes] = [times(runs.map((run) => run.firstTime)), times(runs.map((run) => run.lastTime))];
  return {
    ...encodeRun(mergeTerms(terms), width),
    firstTime: firstTimes.length === 0 ? undefined : Math.min(...firstTimes),
    lastTime: lastTimes.length === 0 ? undefined : Math.max(...lastTimes),
  };
}
