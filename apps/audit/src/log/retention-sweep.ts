import { platformScope } from '@weir/context';
import { Event, EventFilter, Outcome } from '@weir/contracts/audit';
import { Sensitivity } from '@weir/contracts/options';
import { cover, type LeafRange } from '@weir/merkle';
import { randomUUID } from 'node:crypto';
import { planAppend } from '../domain/append.ts';
import { certify, removalOf } from '../domain/certificate.ts';
import { ownEntry } from '../domain/entry.ts';
import { matcher, type Matches } from '../domain/event-filter.ts';
import { isRemovable, mergeRanges, type LogPartition } from '../domain/log-partition.ts';
import { keepDays, latestRemovable } from '../domain/retention.ts';
import type { LogStore } from '../store/log-store.ts';
import type { RemovalStore } from '../store/removal-store.ts';
import type { RetentionStore } from '../store/retention-store.ts';
import type { LogKeys } from './log-keys.ts';
import { scan } from './scan.ts';
import { treeReader } from './tree-reader.ts';

/** What a sweep works with. */
export interface SweepOptions {
  readonly store: LogStore;
  readonly retentions: RetentionStore;
  readonly removals: RemovalStore;
  readonly keys: LogKeys;
  readonly clock?: () => Date;
}

/** Leaves that are looked at, and at most removed, at once. */
const WINDOW = 65_536n;
const MAX_HOLDS = 10_000;
const scope = platformScope();

/** Removes from a log what its retention lets go and no hold keeps. Returns how many events are gone. */
export async function sweepLog(options: SweepOptions, tenant: string): Promise<bigint> {
  const { store, retentions, removals, clock = () => new Date() } = options;
  const now = clock();
  const basis = await removals.basis(scope, tenant);
  const kept = await retentions.retention(scope, tenant);
  const recordedBy = kept && latestRemovable(kept.retention, now);
  if (!recordedBy || !Number.isFinite(recordedBy.getTime())) return 0n;
  const holds = await retentions.activeHolds(scope, tenant, MAX_HOLDS);
  const held = holds.map(({ hold }) => matcher(hold.scope ?? EventFilter.fromPartial({})));
  const keep = keepDays(kept.retention);

  const { size } = await store.state(scope, tenant);
  let gone = 0n;
  for (let start = await removals.firstIndex(scope, tenant); start !== undefined && start < size;) {
    const window = { start, end: (start / WINDOW + 1n) * WINDOW };
    const partitions = await removals.partitions(scope, tenant, window, recordedBy);
    const removable = partitions.filter((partition) => isRemovable(partition, size, keep, now));
    for (const range of mergeRanges(await freeOf(held, removable, options, tenant))) {
      if (!(await remove(options, tenant, range, basis, now))) return gone;
      gone += range.end - range.start;
    }
    start = partitions.length === 0 ? undefined : window.end;
  }
  return gone;
}

/** The partitions without an event that a hold keeps. */
async function freeOf(
  held: readonly Matches[],
  partitions: readonly LogPartition[],
  { store }: SweepOptions,
  tenant: string,
): Promise<LogPartition[]> {
  if (held.length === 0) return [...partitions];
  const isHeld: Matches = (event) => held.some((matches) => matches(event));
  const free: LogPartition[] = [];
  for (const partition of partitions) {
    if (!(await hasMatch(store, tenant, partition, isHeld))) free.push(partition);
  }
  return free;
}

async function hasMatch(
  store: LogStore,
  tenant: string,
  { start, end }: LeafRange,
  matches: Matches,
): Promise<boolean> {
  const range = { from: start, to: end } as const;
  for await (const { matches: found } of scan(store, scope, tenant, range, matches)) if (found.length > 0) return true;
  return false;
}

async function remove(
  options: SweepOptions,
  tenant: string,
  range: LeafRange,
  basis: string,
  now: Date,
): Promise<boolean> {
  const { store, removals, keys } = options;
  const log = await store.state(scope, tenant);
  const hashes = await treeReader(store, removals, scope, log)(cover(range));
  const times = await timesIn(store, tenant, range);
  const certificate = certify(keys.signer(tenant), removalOf(range, hashes, { ...times, removedAt: now }));
  const entry = ownEntry(
    Event.fromPartial({
      id: randomUUID(),
      time: now,
      tenant: `tenants/${tenant}`,
      principal: 'principals/audit',
      service: 'audit',
      type: 'retention_applied',
      resource: `tenants/${tenant}/retention`,
      sensitivity: Sensitivity.MEDIUM,
      outcome: Outcome.SUCCEEDED,
      details: { first_index: String(range.start), end_index: String(range.end) },
      retentionCertificate: certificate,
    }),
  );
  return removals.remove({ tenant, certificate, entry, basis, plan: (locked) => planAppend([[entry]], locked, now) });
}

async function timesIn(store: LogStore, tenant: string, { start, end }: LeafRange) {
  let [first, last] = [Infinity, -Infinity];
  const range = { from: start, to: end } as const;
  for await (const { matches } of scan(store, scope, tenant, range, () => true)) {
    for (const { event } of matches) {
      const time = event.time?.getTime() ?? 0;
      [first, last] = [Math.min(first, time), Math.max(last, time)];
    }
  }
  return { firstTime: new Date(first), lastTime: new Date(last) };
}
