import type { Scope } from '@weir/context';
import type { LeafRange } from '@weir/merkle';
import type { StoredEvent } from '../../domain/entry.ts';
import type { RunContent } from '../../domain/search/run-builder.ts';
import type { LogStore } from '../../store/log-store.ts';
import type { RunWorker } from './run-worker.ts';

/** Builds the run of a range from the events that are left in it. */
export async function buildRun(
  store: LogStore,
  worker: RunWorker,
  scope: Scope,
  tenant: string,
  { start, end }: LeafRange,
): Promise<RunContent> {
  const width = Number(end - start);
  const range = { from: start, to: end, order: 'oldest first', limit: width } as const;
  const events: readonly StoredEvent[] = await store.events(scope, tenant, range);
  return worker.perform({
    kind: 'build',
    width,
    bytes: Buffer.concat(events.map(({ bytes }) => bytes)),
    lengths: events.map(({ bytes }) => bytes.length),
    positions: events.map(({ index }) => Number(index - start)),
  });
}
