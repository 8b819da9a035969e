import { Event } from '@weir/contracts/audit';
import { mergeRuns } from '../../domain/search/merge-runs.ts';
import { runBuilder, type RunContent } from '../../domain/search/run-builder.ts';
import { joinTimes } from '../../domain/search/times.ts';

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
  readonly runs: readonly {
    /** Its first position in the merged one. */
    readonly first: number;
    readonly times: Uint8Array;
    readonly keys: Uint8Array;
    readonly postings: Uint8Array;
  }[];
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
  const parts = runs.map(({ first, keys, postings }) => ({
    first,
    keys: asBuffer(keys),
    postings: asBuffer(postings),
  }));
  return { ...mergeRuns(parts, width), ...joinTimes(runs.map(({ times }) => times)) };
}

/** A Buffer arrives from another thread as a plain Uint8Array; this is the Buffer again, of the same bytes. */
export const asBuffer = ({ buffer, byteOffset, length }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, length);
