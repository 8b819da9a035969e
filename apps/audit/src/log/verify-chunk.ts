import { setImmediate as othersFirst } from 'node:timers/promises';
import { leafHash, type Hash, type LeafRange } from '@weir/merkle';
import { checkEvent, missingEvent } from '../domain/check-event.ts';
import type { HeadClaim } from '../domain/check-heads.ts';
import type { StoredEvent } from '../domain/entry.ts';
import type { Fault } from '../domain/fault.ts';
import { TILE_WIDTH } from '../domain/tile-tower.ts';
import type { Progress } from './verification.ts';

const WIDTH = BigInt(TILE_WIDTH);

/** Some neighbouring leaves of a log, with what is stored of them. */
export interface Chunk extends LeafRange {
  readonly events: ReadonlyMap<bigint, StoredEvent>;
  /** The stored leaf hashes, by the number of their tile. */
  readonly leaves: ReadonlyMap<bigint, readonly Hash[]>;
}

/** Reads the events and the leaf hashes of a range that begins where a tile does. */
export async function readChunk({ store, scope, log }: Progress, { start, end }: LeafRange): Promise<Chunk> {
  const whole = log.size >> 8n;
  const names: { level: number; number: bigint }[] = [];
  for (let number = start >> 8n; number << 8n < end; number += 1n) if (number < whole) names.push({ level: 0, number });
  const tiles = await store.tiles(scope, log.tenant, names);
  const range = { from: start, to: end, limit: Number(end - start) } as const;
  const events = await store.events(scope, log.tenant, range);
  return {
    start,
    end,
    events: new Map(events.map((event) => [event.index, event])),
    leaves: new Map([[whole, log.partials[0] ?? []], ...tiles.map(({ number, hashes }) => [number, hashes] as const)]),
  };
}

/**
 * Checks every leaf of a chunk and appends it; heads are compared where the tree has their size. Lets other calls have
 * their turn after each tile.
 */
export async function checkChunk(
  progress: Progress,
  chunk: Chunk,
  claims: readonly HeadClaim[],
  compare: (claim: HeadClaim) => Fault | undefined,
): Promise<Fault | undefined> {
  const { tower } = progress;
  let next = 0;
  for (let index = chunk.start; index < chunk.end; index += 1n) {
    if (index > chunk.start && index % WIDTH === 0n) await othersFirst();
    const fault = appendLeaf(progress, chunk, index);
    if (fault) return fault;
    for (let claim = claims[next]; claim?.size === tower.size; claim = claims[(next += 1)]) {
      const headFault = compare(claim);
      if (headFault) return headFault;
    }
  }
  return undefined;
}

function appendLeaf({ log: { tenant }, tower, removed }: Progress, chunk: Chunk, index: bigint): Fault | undefined {
  const event = chunk.events.get(index);
  const stored = chunk.leaves.get(index >> 8n)?.[Number(index & 255n)];
  if (!event) {
    // The hash of a removed event stays as long as one of its neighbours does.
    if (!stored || !removed.has(index)) return missingEvent(index);
    tower.append(stored);
    return undefined;
  }
  const leaf = leafHash(event.bytes);
  const fault = checkEvent({ tenant, index, leaf: stored }, event, leaf);
  if (!fault) tower.append(leaf);
  return fault;
}
