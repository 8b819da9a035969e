import type { Scope } from '@weir/context';
import { leafHash, type Hash, type NoteVerifier } from '@weir/merkle';
import { checkEvent, missingEvent } from '../domain/check-event.ts';
import { headChecker, type HeadClaim } from '../domain/check-heads.ts';
import { checkTile } from '../domain/check-tile.ts';
import type { StoredEvent } from '../domain/entry.ts';
import type { Fault } from '../domain/fault.ts';
import type { LogState } from '../domain/log-state.ts';
import { TILE_WIDTH, tileTower, towerRoot, type Tile, type TileTower } from '../domain/tile-tower.ts';
import type { LogStore } from '../store/log-store.ts';

/** What to verify, and against what. */
export interface Verification {
  readonly scope: Scope;
  readonly log: LogState;
  /** Up to which size. */
  readonly size: bigint;
  readonly keys: readonly NoteVerifier[];
  /** Heads that were kept elsewhere. */
  readonly known: readonly HeadClaim[];
}

/** What a verification has found. */
export interface Finding {
  readonly fault: Fault | undefined;
  readonly checked: bigint;
}

const WIDTH = BigInt(TILE_WIDTH);
/** Tiles that are read at once. */
const TILES = 8n;

/** Derives a log anew from its bytes and compares all that is stored, signed or known with it; ends at the first fault. */
export async function verifyLog(store: LogStore, verification: Verification): Promise<Finding> {
  const { log, size, keys } = verification;
  const tower = tileTower();
  const checker = headChecker(keys);
  const compare = (claim: HeadClaim) => checker.compare(claim, towerRoot(tower));

  for (let start = 0n; start < size; start += TILES * WIDTH) {
    const chunk = await readChunk(store, verification, start);
    const fault = checkChunk(chunk, log.tenant, tower, compare) ?? (await checkAbove(store, verification, tower));
    if (fault) return { fault, checked: tower.size };
  }
  const atEnd = size === log.size ? checkPartials(tower, log) : undefined;
  const [beyond] = await claimsOf(store, verification, log.size, undefined);
  return { fault: atEnd ?? (beyond && checker.beyond(beyond, log.size)), checked: tower.size };
}

interface Chunk {
  readonly start: bigint;
  readonly end: bigint;
  readonly events: ReadonlyMap<bigint, StoredEvent>;
  /** The stored leaf hashes, by the number of their tile. */
  readonly leaves: ReadonlyMap<bigint, readonly Hash[]>;
  /** The heads of sizes above `start` up to `end`. */
  readonly claims: readonly HeadClaim[];
}

async function readChunk(store: LogStore, verification: Verification, start: bigint): Promise<Chunk> {
  const { scope, log, size } = verification;
  const { tenant } = log;
  const end = start + TILES * WIDTH < size ? start + TILES * WIDTH : size;
  const whole = log.size / WIDTH;
  const names = Array.from({ length: Number(TILES) }, (_, at) => ({ level: 0, number: start / WIDTH + BigInt(at) }));
  const tiles = await store.tiles(
    scope,
    tenant,
    names.filter(({ number }) => number < whole),
  );
  const events = await store.events(scope, tenant, {
    from: start,
    to: end,
    order: 'oldest first',
    limit: Number(end - start),
  });
  return {
    start,
    end,
    events: new Map(events.map((event) => [event.index, event])),
    leaves: new Map([[whole, log.partials[0] ?? []], ...tiles.map(({ number, hashes }) => [number, hashes] as const)]),
    claims: await claimsOf(store, verification, start, end),
  };
}

/** The heads of sizes above `after`, up to `to` where it is given, by size. */
async function claimsOf(
  store: LogStore,
  { scope, log, known }: Verification,
  after: bigint,
  to: bigint | undefined,
): Promise<HeadClaim[]> {
  const limit = to === undefined ? 1 : Number(to - after);
  const stored = await store.checkpoints(scope, log.tenant, after + 1n, limit);
  return [...stored.map(({ size, note }): HeadClaim => ({ size, note, source: 'stored' })), ...known]
    .filter(({ size }) => size > after && (to === undefined || size <= to))
    .sort((a, b) => Number(a.size - b.size));
}

function checkChunk(
  { start, end, events, leaves, claims }: Chunk,
  tenant: string,
  tower: TileTower,
  compare: (claim: HeadClaim) => Fault | undefined,
): Fault | undefined {
  let next = 0;
  for (let index = start; index < end; index += 1n) {
    const event = events.get(index);
    if (!event) return missingEvent(index);
    const leaf = leafHash(event.bytes);
    const expected = leaves.get(index / WIDTH)?.[Number(index % WIDTH)];
    const fault = checkEvent({ tenant, index, leaf: expected }, event, leaf);
    if (fault) return fault;
    tower.append(leaf);
    for (let claim = claims[next]; claim?.size === tower.size; claim = claims[(next += 1)]) {
      const headFault = compare(claim);
      if (headFault) return headFault;
    }
  }
  return undefined;
}

/** Compares the tiles above the leaves that became whole. */
async function checkAbove(store: LogStore, { scope, log }: Verification, tower: TileTower): Promise<Fault | undefined> {
  const derived: readonly Tile[] = tower.takeTiles().filter(({ level }) => level > 0);
  if (derived.length === 0) return undefined;
  const stored = await store.tiles(scope, log.tenant, derived);
  for (const tile of derived) {
    const found = stored.find(({ level, number }) => level === tile.level && number === tile.number);
    const fault = checkTile(tile, found?.hashes ?? []);
    if (fault) return fault;
  }
  return undefined;
}

/** Compares the partial tiles at the right edge. */
function checkPartials(tower: TileTower, log: LogState): Fault | undefined {
  const faults = tower.partials.map((hashes, level) =>
    checkTile({ level, number: log.size >> BigInt(8 * (level + 1)), hashes }, log.partials[level] ?? []),
  );
  return faults.filter((fault) => fault !== undefined).sort((a, b) => Number(a.index - b.index))[0];
}
