import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { encodeRun, RUN_WIDTHS } from '../../domain/search/run.ts';
import type { RunContent } from '../../domain/search/run-builder.ts';
import type { MergeTask } from './run-task.ts';

const [PARTS, TERMS] = [4, 150_000];

/** A run in which every event has terms of its own, as trace ids are. */
function runOf(part: number): MergeTask['runs'][number] {
  const terms = Array.from({ length: TERMS }, (_, at): [number, number[]] => [at * PARTS + part, [at]]);
  return { first: part * RUN_WIDTHS[2], times: Buffer.alloc(0), ...encodeRun(new Map(terms), RUN_WIDTHS[2]) };
}

describe('the thread of the index', () => {
  it('merges a million events with little memory, whatever its terms are', async () => {
    const thread = new Worker(join(import.meta.dirname, 'run-thread.ts'), {
      resourceLimits: { maxOldGenerationSizeMb: 48, maxYoungGenerationSizeMb: 8 },
    });
    const task: MergeTask = { kind: 'merge', width: RUN_WIDTHS[3], runs: [0, 1, 2, 3].map(runOf) };
    const answered = once(thread, 'message') as Promise<[RunContent]>;
    thread.postMessage(task);
    const [{ keys }] = await answered;
    expect(keys.length).toBe((PARTS * TERMS + 1) * 8);
    await thread.terminate();
  });
});
