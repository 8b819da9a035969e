import type { Scope } from '@weir/context';
import type { RunContent } from '../../domain/search/run-builder.ts';
import { RUN_WIDTHS, type RunLevel } from '../../domain/search/run.ts';
import type { LogStore } from '../../store/log-store.ts';
import type { RunName } from '../../store/search-store.ts';
import { rangeOf } from './gaps.ts';
import type { RunWorker } from './run-worker.ts';

/** Whose events to read, and where. */
export interface RunSource {
  readonly store: LogStore;
  readonly worker: RunWorker;
  readonly scope: Scope;
  readonly tenant: string;
}

/** Builds a run from the events that are left in its range; a wide one from narrower ones, so that few are read at once. */
export async function buildRun(source: RunSource, { start, level }: RunName): Promise<RunContent> {
  const width = RUN_WIDTHS[level];
  if (level === 0) return buildNarrow(source, start, width);
  const below = (level - 1) as RunLevel;
  const parts: (RunContent & { first: number })[] = [];
  for (let first = 0; first < width; first += RUN_WIDTHS[below]) {
    parts.push({ first, ...(await buildRun(source, { start: start + BigInt(first), level: below })) });
  }
  return source.worker.perform({ kind: 'merge', width, runs: parts });
}

async function buildNarrow({ store, worker, scope, tenant }: RunSource, start: bigint, width: number) {
  const { end } = rangeOf({ start, level: 0 });
  const range = { from: start, to: end, limit: width } as const;
  const events = await store.events(scope, tenant, range);
  return worker.perform({
    kind: 'build',
    width,
    bytes: Buffer.concat(events.map(({ bytes }) => bytes)),
    lengths: events.map(({ bytes }) => bytes.length),
    positions: events.map(({ index }) => Number(index - start)),
  });
}
