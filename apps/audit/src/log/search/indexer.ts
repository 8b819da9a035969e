import { setTimeout as wait } from 'node:timers/promises';
import { platformScope } from '@weir/context';
import type { LeafRange } from '@weir/merkle';
import type { Logger } from 'pino';
import { RUN_WIDTHS } from '../../domain/search/run.ts';
import type { LogStore } from '../../store/log-store.ts';
import type { RemovalStore } from '../../store/removal-store.ts';
import type { RunSummary, SearchStore, StoredRun } from '../../store/search-store.ts';
import { buildRun } from './build-run.ts';
import { partsOf, rangeOf } from './gaps.ts';
import { runWorker, type RunWorker } from './run-worker.ts';

/** What an indexer works with. */
export interface IndexerOptions {
  readonly store: LogStore;
  readonly removals: RemovalStore;
  readonly searches: SearchStore;
}

const [SMALL, LARGE] = RUN_WIDTHS.map(BigInt) as [bigint, bigint];
const scope = platformScope();

/** Builds every run that a log can have by now, and merges those that fill a larger one. */
export async function indexLog(
  options: IndexerOptions,
  worker: RunWorker,
  tenant: string,
  signal?: AbortSignal,
): Promise<void> {
  const { store, searches } = options;
  const { size } = await store.state(scope, tenant);
  const runs = await searches.runs(scope, tenant, size);
  for (const range of gapsIn(runs, (size / SMALL) * SMALL)) {
    if (signal?.aborted) return;
    await addSmall(options, worker, tenant, range);
  }
  for (const parts of mergeable(await searches.runs(scope, tenant, size))) {
    if (signal?.aborted) return;
    await addLarge(options, worker, tenant, parts);
  }
}

/** The ranges of small runs that are not there. */
function gapsIn(runs: readonly RunSummary[], to: bigint): LeafRange[] {
  const ranges: LeafRange[] = [];
  for (const { start, end, run } of partsOf(runs, to)) {
    for (let at = start; !run && at < end; at += SMALL) ranges.push({ start: at, end: at + SMALL });
  }
  return ranges;
}

/** The small runs that fill a large one, together. */
function mergeable(runs: readonly RunSummary[]): RunSummary[][] {
  const groups = Map.groupBy(
    runs.filter(({ level }) => level === 0),
    ({ start }) => start / LARGE,
  );
  return [...groups.values()].filter((group) => group.length === Number(LARGE / SMALL));
}

async function addSmall(options: IndexerOptions, worker: RunWorker, tenant: string, range: LeafRange): Promise<void> {
  const removed = await options.removals.removedLeaves(scope, tenant, range);
  const content = await buildRun(options.store, worker, scope, tenant, range);
  await options.searches.add(tenant, { start: range.start, level: 0, ...content }, range, removed);
}

async function addLarge(
  { removals, searches }: IndexerOptions,
  worker: RunWorker,
  tenant: string,
  parts: readonly RunSummary[],
): Promise<void> {
  const [first] = parts;
  if (!first) return;
  const range = rangeOf({ start: first.start, level: 1 });
  const removed = await removals.removedLeaves(scope, tenant, range);
  const runs: readonly StoredRun[] = await searches.read(scope, tenant, parts);
  if (runs.length < parts.length) return;
  const content = await worker.perform({
    kind: 'merge',
    width: Number(LARGE),
    runs: runs.map(({ start, firstTime, lastTime, keys, postings }) => ({
      first: Number(start - range.start),
      firstTime,
      lastTime,
      keys,
      postings,
    })),
  });
  await searches.add(tenant, { start: range.start, level: 1, ...content }, range, removed);
}

/** Keeps the search runs up with the logs, in the background. */
export interface Indexer extends AsyncDisposable {
  /** Logs have grown: look soon. */
  wake(): void;
}

const SOON_MS = 2_000;
const PATROL_MS = 60_000;

/** Starts to index. */
export function startIndexer(options: IndexerOptions & { log: Logger }): Indexer {
  const ending = new AbortController();
  const worker = runWorker();
  let woken = Promise.withResolvers<void>();

  async function loop(): Promise<void> {
    while (!ending.signal.aborted) {
      try {
        for (const tenant of await options.searches.behind()) await indexLog(options, worker, tenant, ending.signal);
      } catch (error) {
        options.log.warn({ err: error }, 'search runs were not built; the next time tries again');
      }
      await pause(SOON_MS);
      await Promise.race([woken.promise, pause(PATROL_MS)]);
      woken = Promise.withResolvers();
    }
  }

  const pause = (ms: number) => wait(ms, undefined, { signal: ending.signal, ref: false }).catch(() => undefined);
  const running = loop();
  return {
    wake: () => woken.resolve(),
    async [Symbol.asyncDispose]() {
      ending.abort();
      await running;
      await worker[Symbol.asyncDispose]();
    },
  };
}
