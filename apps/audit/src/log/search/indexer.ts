import { setTimeout as wait } from 'node:timers/promises';
import { platformScope } from '@weir/context';
import type { Logger } from 'pino';
import { levelAbove, RUN_WIDTHS, type RunLevel } from '../../domain/search/run.ts';
import type { LogStore } from '../../store/log-store.ts';
import type { RemovalStore } from '../../store/removal-store.ts';
import type { RunSummary, SearchStore } from '../../store/search-store.ts';
import { buildRun } from './build-run.ts';
import { partsOf, rangeOf } from './gaps.ts';
import type { MergeTask } from './run-task.ts';
import { runWorker, type RunWorker } from './run-worker.ts';

/** What an indexer works with. */
export interface IndexerOptions {
  readonly store: LogStore;
  readonly removals: RemovalStore;
  readonly searches: SearchStore;
  /** Whether events wait to be written: then the index may wait. */
  readonly isBusy?: () => boolean;
}

const NARROW = BigInt(RUN_WIDTHS[0]);
const scope = platformScope();

/** Builds every run that a log can have by now, and merges those that fill a wider one. */
export async function indexLog(
  options: IndexerOptions,
  worker: RunWorker,
  tenant: string,
  signal?: AbortSignal,
): Promise<void> {
  const { store, searches } = options;
  const { size } = await store.state(scope, tenant);
  const end = (size / NARROW) * NARROW;
  for (const start of gapsIn(await searches.runs(scope, tenant, size), end)) {
    if (signal?.aborted) return;
    const began = performance.now();
    await addNarrow(options, worker, tenant, start);
    if (options.isBusy?.()) await rest((performance.now() - began) * REST, signal);
    // Now and then, so that few are there at once while a long log is caught up with.
    if ((start / NARROW) % 64n === 63n) await mergeAll(options, worker, tenant, signal);
  }
  await mergeAll(options, worker, tenant, signal);
}

/** How much longer than it works the indexer rests while events wait to be written. */
const REST = 8;

const rest = (ms: number, signal?: AbortSignal): Promise<unknown> =>
  wait(ms, undefined, { ref: false, ...(signal && { signal }) }).catch(() => undefined);

/** Merges whatever fills a wider run, until nothing does. */
async function mergeAll(options: IndexerOptions, worker: RunWorker, tenant: string, signal?: AbortSignal) {
  for (const [at] of RUN_WIDTHS.entries()) {
    const level = at as RunLevel;
    const runs = await options.searches.runs(scope, tenant, END);
    for (const parts of mergeable(runs, level)) {
      if (signal?.aborted) return;
      await addWide(options, worker, tenant, parts);
    }
  }
}

/** Beyond every log. */
const END = 2n ** 62n;

/** Where the narrow runs begin that are not there. */
function gapsIn(runs: readonly RunSummary[], to: bigint): bigint[] {
  const starts: bigint[] = [];
  for (const { start, end, run } of partsOf(runs, to)) {
    for (let at = start; !run && at < end; at += NARROW) starts.push(at);
  }
  return starts;
}

/** The runs of a level that fill one of the level above, together. */
function mergeable(runs: readonly RunSummary[], level: RunLevel): RunSummary[][] {
  const above = levelAbove(level);
  if (!above) return [];
  const width = BigInt(RUN_WIDTHS[above.level]);
  const groups = Map.groupBy(
    runs.filter((run) => run.level === level),
    ({ start }) => start / width,
  );
  return [...groups.values()].filter((group) => group.length === above.fill);
}

async function addNarrow(options: IndexerOptions, worker: RunWorker, tenant: string, start: bigint): Promise<void> {
  const name = { start, level: 0 } as const;
  const removed = await options.removals.removedLeaves(scope, tenant, rangeOf(name));
  const content = await buildRun({ store: options.store, worker, scope, tenant }, name);
  await options.searches.add(tenant, { ...name, ...content }, rangeOf(name), removed);
}

async function addWide(
  { removals, searches }: IndexerOptions,
  worker: RunWorker,
  tenant: string,
  parts: readonly RunSummary[],
): Promise<void> {
  const [first] = parts;
  const above = first && levelAbove(first.level);
  if (!above) return;
  const name = { start: first.start, level: above.level };
  const removed = await removals.removedLeaves(scope, tenant, rangeOf(name));
  const runs: MergeTask['runs'][number][] = [];
  // One after the other: a wide run has megabytes, and calls are answered in between.
  for (const part of parts) {
    const [run] = await searches.read(scope, tenant, [part]);
    if (!run) return;
    const { times, keys, postings } = run;
    runs.push({ first: Number(run.start - name.start), times, keys, postings });
  }
  const content = await worker.perform({ kind: 'merge', width: RUN_WIDTHS[name.level], runs });
  await searches.add(tenant, { ...name, ...content }, rangeOf(name), removed);
}

/** Keeps the search runs up with the logs, in the background. */
export interface Indexer extends AsyncDisposable {
  /** Logs have grown: look soon. */
  wake(): void;
}

const SOON_MS = 1_000;
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

  const pause = (ms: number) => rest(ms, ending.signal);
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
