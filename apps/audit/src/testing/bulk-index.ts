import type { Event } from '@weir/contracts/audit';
import { mergeRuns } from '../domain/search/merge-runs.ts';
import { runBuilder, type RunBuilder, type RunContent } from '../domain/search/run-builder.ts';
import { levelAbove, RUN_WIDTHS, type RunLevel } from '../domain/search/run.ts';
import { joinTimes } from '../domain/search/times.ts';
import { rangeOf } from '../log/search/gaps.ts';
import type { SearchStore, StoredRun } from '../store/search-store.ts';

const [NARROW] = RUN_WIDTHS;

/** Builds the search runs of a log from its events as they are loaded, so that they need not be read again. */
export interface BulkIndexer {
  /** Events come by ascending index. */
  add(index: number, event: Event): void;
  /** Stores the runs that became whole, but for the narrowest. */
  flush(): Promise<void>;
}

/** An indexer of a log from some index on; a part before the first wide run is left to the service. */
export function bulkIndexer(searches: SearchStore, tenant: string): BulkIndexer {
  const waiting: StoredRun[][] = RUN_WIDTHS.map(() => []);
  let builder: RunBuilder | undefined;
  let whole: StoredRun[] = [];

  function put(run: StoredRun): void {
    if (run.level > 0) whole.push(run);
    const parts = waiting[run.level] ?? [];
    parts.push(run);
    const above = levelAbove(run.level);
    if (above && parts.length === above.fill) put(merged(parts.splice(0), above.level));
  }

  return {
    add(index, event) {
      if (index % RUN_WIDTHS[1] === 0) builder ??= runBuilder(NARROW);
      builder?.add(index % NARROW, event);
      if (builder && index % NARROW === NARROW - 1) {
        put({ start: BigInt(index + 1 - NARROW), level: 0, ...builder.finish() });
        builder = runBuilder(NARROW);
      }
    },
    async flush() {
      const runs = whole;
      whole = [];
      for (const run of runs) await searches.add(tenant, run, rangeOf(run), 0n);
    },
  };
}

function merged(parts: readonly StoredRun[], level: RunLevel): StoredRun {
  const start = parts[0]?.start ?? 0n;
  const runs = parts.map((part) => ({ ...part, first: Number(part.start - start) }));
  const content: RunContent = {
    ...mergeRuns(runs, RUN_WIDTHS[level]),
    ...joinTimes(parts.map(({ times }) => times)),
  };
  return { start, level, ...content };
}
