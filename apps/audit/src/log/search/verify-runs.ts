import { FaultReason } from '@weir/contracts/audit';
import type { Fault } from '../../domain/fault.ts';
import type { RunContent } from '../../domain/search/run-builder.ts';
import type { StoredRun } from '../../store/search-store.ts';
import type { AuditLog } from '../audit-log.ts';
import type { Verification } from '../verification.ts';
import { buildRun } from './build-run.ts';
import { rangeOf } from './gaps.ts';
import { runWorker } from './run-worker.ts';

/** Builds the search runs of a log anew and compares them: what queries look things up in must not hide events. */
export async function verifyRuns(
  { store, searches }: Pick<AuditLog, 'store' | 'searches'>,
  { scope, log: { tenant }, size }: Verification,
): Promise<Fault | undefined> {
  await using worker = runWorker();
  for (const name of await searches.runs(scope, tenant, size)) {
    const range = rangeOf(name);
    if (range.end > size) continue;
    const built = await buildRun({ store, worker, scope, tenant }, name);
    // Read last: one that was merged or removed meanwhile is gone by now, and was nothing to rely on.
    const [stored] = await searches.read(scope, tenant, [name]);
    if (stored && !isSame(stored, built)) {
      const description = `what queries look up for events ${range.start} up to ${range.end} is not what the events say`;
      return { index: range.start, reason: FaultReason.RECORD_MISMATCH, description };
    }
  }
  return undefined;
}

const isSame = (stored: StoredRun, built: RunContent): boolean =>
  stored.bits === built.bits &&
  stored.firstTime === built.firstTime &&
  stored.lastTime === built.lastTime &&
  stored.times.equals(built.times) &&
  stored.directory.equals(built.directory) &&
  stored.keys.equals(built.keys) &&
  stored.postings.equals(built.postings);
