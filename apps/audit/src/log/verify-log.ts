import { isReason } from '@weir/errors';
import { FaultReason, type RetentionCertificate } from '@weir/contracts/audit';
import type { Hash, ReadHashes } from '@weir/merkle';
import { headChecker, type HeadClaim } from '../domain/check-heads.ts';
import { checkTile } from '../domain/check-tile.ts';
import type { Fault } from '../domain/fault.ts';
import type { LogState } from '../domain/log-state.ts';
import { removedRanges, type RemovedRanges } from '../domain/removed-ranges.ts';
import { TILE_WIDTH, tileTower, towerRoot, type Tile } from '../domain/tile-tower.ts';
import type { LogStore } from '../store/log-store.ts';
import type { RemovalStore } from '../store/removal-store.ts';
import { claimsBetween, firstClaimAfter } from './head-claims.ts';
import { treeReader } from './tree-reader.ts';
import type { Finding, Progress, Verification } from './verification.ts';
import { verifyCertificate } from './verify-certificates.ts';
import { checkChunk, readChunk } from './verify-chunk.ts';

const WIDTH = BigInt(TILE_WIDTH);
/** Leaves that are read at once. */
const CHUNK = 8n * WIDTH;

/** Derives a log anew from its bytes and compares all that is stored, signed or known with it; ends at the first fault. */
export async function verifyLog(store: LogStore, removals: RemovalStore, verification: Verification): Promise<Finding> {
  const { scope, log } = verification;
  for (;;) {
    const certificates = await removals.certificates(scope, log.tenant);
    const finding = await verifyOnce(store, removals, verification, certificates);
    // What retention removes meanwhile looks like a fault until its certificate is known.
    const isLatest = !finding.fault || (await removals.certificates(scope, log.tenant)).length === certificates.length;
    if (isLatest) return finding;
  }
}

async function verifyOnce(
  store: LogStore,
  removals: RemovalStore,
  verification: Verification,
  certificates: readonly RetentionCertificate[],
): Promise<Finding> {
  const { scope, log, keys } = verification;
  const removed = removedRanges(certificates.map(({ firstIndex, endIndex }) => ({ start: firstIndex, end: endIndex })));
  const read = treeReader(store, removals, scope, log);
  const progress: Progress = { ...verification, store, tower: tileTower(), removed, checker: headChecker(keys) };

  const fault =
    (await derive(progress, read)) ??
    (await verifyRemovals(certificates, progress, read)) ??
    (await verifyEnd(progress));
  const gone = removed.countBelow(progress.tower.size);
  return { fault, checked: progress.tower.size - gone, removed: gone };
}

async function derive(progress: Progress, read: ReadHashes): Promise<Fault | undefined> {
  const { size, tower, removed, meter } = progress;
  while (tower.size < size) {
    const level = removedTile(tower.size, size, removed);
    const fault = level === undefined ? await deriveChunk(progress) : await skipTile(progress, level, read);
    meter.derived(tower.size, removed);
    if (fault) return fault;
  }
  return undefined;
}

/** The level of the largest tile that begins here and of which no leaf is left. */
function removedTile(start: bigint, size: bigint, removed: RemovedRanges): number | undefined {
  let found: number | undefined;
  for (let level = 0; ; level += 1) {
    const width = 1n << BigInt(8 * (level + 1));
    const end = start + width;
    if (start % width !== 0n || end > size || !removed.covers({ start, end })) return found;
    found = level;
  }
}

/** Takes the root of a removed tile from the tile above; what it stands for is for the certificate to say. */
async function skipTile({ tower }: Progress, level: number, read: ReadHashes): Promise<Fault | undefined> {
  const index = tower.size;
  const subtree = { level: 8 * (level + 1), number: index >> BigInt(8 * (level + 1)) };
  try {
    const [root] = await read([subtree]);
    if (root) tower.appendTile(level, root);
    return undefined;
  } catch (error) {
    if (!isReason(error, 'LOG_INCONSISTENT') && !isReason(error, 'LOG_RANGE_REMOVED')) throw error;
    return { index, reason: FaultReason.NODE_MISMATCH, description: error.metadata['problem'] ?? error.message };
  }
}

async function deriveChunk(progress: Progress): Promise<Fault | undefined> {
  const { size, tower, removed, checker } = progress;
  const start = tower.size;
  let end = start;
  do end += WIDTH;
  while (end < start + CHUNK && end < size && removedTile(end, size, removed) === undefined);
  const chunk = await readChunk(progress, { start, end: end < size ? end : size });
  const claims = await claimsBetween(progress, start, chunk.end);
  const compare = (claim: HeadClaim): Fault | undefined => checker.compare(claim, towerRoot(tower));
  return (await checkChunk(progress, chunk, claims, compare)) ?? (await checkAbove(progress));
}

/** Compares the tiles above the leaves that became whole. */
async function checkAbove({ store, scope, log, tower, removed }: Progress): Promise<Fault | undefined> {
  const derived: readonly Tile[] = tower.takeTiles().filter(({ level, number }) => {
    const width = 1n << BigInt(8 * (level + 1));
    return level > 0 && !removed.covers({ start: number * width, end: (number + 1n) * width });
  });
  const stored = await store.tiles(scope, log.tenant, derived);
  for (const tile of derived) {
    const found = stored.find(({ level, number }) => level === tile.level && number === tile.number);
    const fault = checkTile(tile, found?.hashes ?? []);
    if (fault) return fault;
  }
  return undefined;
}

async function verifyRemovals(
  certificates: readonly RetentionCertificate[],
  { size, keys }: Progress,
  read: ReadHashes,
): Promise<Fault | undefined> {
  for (const certificate of certificates) {
    if (certificate.endIndex > size) return undefined;
    const fault = await verifyCertificate(certificate, keys, read);
    if (fault) return fault;
  }
  return undefined;
}

/** Compares what is at the right edge, and the heads beyond it. */
async function verifyEnd(progress: Progress): Promise<Fault | undefined> {
  const { log, size, tower, checker, known, signedBefore } = progress;
  const edge = size === log.size ? tower.partials.map((hashes, level) => checkEdge(log, level, hashes)) : [];
  const [first] = edge.filter((fault) => fault !== undefined).sort((a, b) => Number(a.index - b.index));
  if (first) return first;
  // A head that was signed while this read is of a log that went on.
  if (signedBefore <= log.size && known.every((claim) => claim.size <= log.size)) return undefined;
  const beyond = await firstClaimAfter(progress, log.size);
  return beyond && checker.beyond(beyond, log.size);
}

const checkEdge = (log: LogState, level: number, hashes: readonly Hash[]): Fault | undefined =>
  checkTile({ level, number: log.size >> BigInt(8 * (level + 1)), hashes }, log.partials[level] ?? []);
